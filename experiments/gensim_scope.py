"""Which of gensim's own tests say nothing about `w2v.gensim`, and why; `gensim_suite.py` runs all others."""

PICKLE = "opens a pickle of an older gensim, which here `w2v convert` has gensim itself open; a pickle can run any code"
INTERNAL = "calls a private function of gensim's trainer; here the trainer is another, with tests of its own"

BINARY = "calls a private function of gensim's reader of .bin, which is not exchanged; here it is another, with tests"
CONCATENATED = (
    "trains with dm_concat=1, a network of its own whose hidden vector is as long as a window of vectors side by side; "
    "it is not here, and asking for it is an error that says so"
)
COMMAND = "needs the fasttext command; tests/test_gensim_fasttext.py does it with fastText's library"

OUT_OF_SCOPE: dict[str, dict[str, str]] = {  # suite: test: reason
    "word2vec": {
        "TestWord2VecModel.test_persistence_backwards_compatible": PICKLE,
        "TestWord2VecModel.test_load_old_model": PICKLE,
        "TestWord2VecModel.test_load_old_model_separates": PICKLE,
        "TestWord2VecModel.test_load_old_models_1_x": PICKLE,
        "TestWord2VecModel.test_load_old_models_2_x": PICKLE,
        "TestWord2VecModel.test_load_old_models_3_x": PICKLE,
        "TestWord2VecModel.test_method_in_bulk": "repeats other tests, and only where BULK_TEST_REPS is set",
        "TestWord2VecSentenceIterators.test_cython_line_sentence_works_with_filename": (
            "tests gensim's compiled reader, a module of its own that no script imports"
        ),
        "TestWord2VecScripts.test_word2vec_stand_alone_script": (
            "starts gensim's script in another process, where nothing is exchanged; here the command is `w2v train`"
        ),
    },
    "keyedvectors": {"Gensim320Test.test": PICKLE},
    "phrases": {
        "TestPhrasesPersistence.test_save_load_string_scoring": PICKLE,
        "TestPhrasesPersistence.test_save_load_no_scoring": PICKLE,
        "TestPhrasesPersistence.test_save_load_no_common_terms": PICKLE,
        "TestFrozenPhrasesPersistence.test_save_load_string_scoring": PICKLE,
        "TestFrozenPhrasesPersistence.test_save_load_no_scoring": PICKLE,
        "TestFrozenPhrasesPersistence.test_save_load_no_common_terms": PICKLE,
        "TestFrozenPhrasesModelCompatibility.test_compatibility": PICKLE,
    },
    "poincare": {
        "TestPoincareModel.test_persistence_old_model": PICKLE,
        "TestPoincareModel.test_train_old_model_after_load": PICKLE,
        "TestPoincareModel.test_negatives": INTERNAL,
        "TestPoincareModel.test_no_duplicates_and_positives_in_negative_sample": INTERNAL,
        "TestPoincareModel.test_handle_duplicates": INTERNAL,
        "TestPoincareModel.test_wrong_gradients_raises_assertion": (
            "puts a wrong gradient in the place of gensim's; the gradients here are checked by tests/test_poincare_*.py"
        ),
    },
    "fasttext": {
        "HashCompatibilityTest.test_compatibility_true": PICKLE,
        "UnicodeVocabTest.test_ascii": BINARY,
        "UnicodeVocabTest.test_bad_unicode": BINARY,
        "TestFromfile.test_decompressed": BINARY,
        "TestFromfile.test_compressed": BINARY,
        "UnpackTest.test_sanity": INTERNAL,
        "UnpackTest.test_tricky": INTERNAL,
        "UnpackTest.test_identity": INTERNAL,
        "SaveFacebookByteIdentityTest.test_skipgram": COMMAND,
        "SaveFacebookByteIdentityTest.test_cbow": COMMAND,
        "SaveFacebookFormatReadingTest.test_skipgram": COMMAND,
        "SaveFacebookFormatReadingTest.test_cbow": COMMAND,
    },
    "doc2vec": {
        "TestDoc2VecModel.test_get_offsets_and_start_doctags": INTERNAL,
        "TestDoc2VecModel.test_get_offsets_and_start_doctags_win": INTERNAL,
        "TestDoc2VecModel.test_cython_linesentence_readline_after_getting_offsets": INTERNAL,
        "TestDoc2VecModel.test_mixed_tag_types": (
            "counts on key_to_index without the tags that are numbers; here it has all tags"
        ),
        "TestDoc2VecModel.test_dmc_hs": CONCATENATED,
        "TestDoc2VecModel.test_dmc_hs_fromfile": CONCATENATED,
        "TestDoc2VecModel.test_dmc_neg": CONCATENATED,
        "TestDoc2VecModel.test_dmc_neg_fromfile": CONCATENATED,
        "TestDoc2VecModel.test_deterministic_dmc": CONCATENATED,
    },
}
