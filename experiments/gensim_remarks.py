"""What signatures do not tell of gensim's names: how they differ here on purpose, and why some are missing.

By class ("modules" for what is in modules), then by name: of an argument or a method, or "attribute NAME".
"""

FOLDER = "a folder of that name and no pickle; it takes the place of a model, and of no other file"
PICKLE = "what `save` wrote; a pickle of gensim's has to be converted"
READ = "of a folder `mmap='r'` maps the vectors, and other modes read them"

REMARKS: dict[str, dict[str, str]] = {
    "Word2Vec": {
        "workers": "the default stands for all cores; results are the same for one thread alone",
        "hashfxn": "ignored, with a note",
        "batch_words": "ignored, with a note",
        "compute_loss": "costs nothing",
        "callbacks": "objects with any of the four methods",
        "corpus_file": "also compressed, a folder, or a URL",
        "save": FOLDER,
        "load": PICKLE,
    },
    "KeyedVectors": {
        "save": FOLDER,
        "load": f"{PICKLE}; {READ}",
        "load_word2vec_format": "also GloVe's, fastText's and other files, known by their bytes",
        "most_similar": "of equal ones the first key comes first; a zero vector is similar to nothing (there NaN)",
        "most_similar_cosmul": "heeds `restrict_vocab`, which gensim 4.4 passes over",
        "wmdistance": "by SciPy; needs no further package",
    },
    "FastText": {
        "workers": "the default stands for all cores; results are the same for one thread alone",
        "bucket": "only buckets in use take time and memory",
        "cbow_mean": "0 adds up the words' vectors, each the mean of its rows; gensim adds up all rows",
        "hashfxn": "ignored, with a note",
        "batch_words": "ignored, with a note",
        "callbacks": "objects with any of the four methods",
        "corpus_file": "also compressed, a folder, or a URL",
        "load_binary_data": "raises in gensim 4, too, which no longer sets the name of the file that it reads",
        "save": FOLDER,
        "load": PICKLE,
    },
    "FastTextKeyedVectors": {
        "most_similar": "of equal ones the first key comes first; a zero vector is similar to nothing (there NaN)",
        "most_similar_cosmul": "heeds `restrict_vocab`, which gensim 4.4 passes over",
        "wmdistance": "by SciPy; needs no further package",
        "load_word2vec_format": "raises, and says where to: the format has no n-grams (in gensim a TypeError)",
        "attribute vectors_ngrams": "made when it is asked for; until then only rows in use are in memory",
        "save": FOLDER,
        "load": PICKLE,
    },
    "Phrases": {
        "save": "a file that is no pickle; a scorer of one's own is kept by name",
        "load": PICKLE,
    },
    "FrozenPhrases": {
        "save": "a file that is no pickle; a scorer of one's own is kept by name",
        "load": PICKLE,
    },
    "PoincareModel": {
        "train_data": "a string is refused, which gensim reads as pairs of letters",
        "size": "at least 2",
        "workers": "as many threads; gensim has one",
        "regularization_coeff": "ignored, with a note where it is not 1",
        "train": "`batch_size` and `check_gradients_every` are ignored with a note, `print_every` always",
        "save": FOLDER,
        "load": f"{PICKLE}: `PoincareModel.from_gensim`",
    },
    "PoincareKeyedVectors": {
        "most_similar": "the node itself is never among them; gensim leaves out any but the first of all",
        "most_similar_cosmul": "raises: it is made of cosines, and these points have distances",
        "descendants": "ends where nothing is lower; gensim fails there",
        "distance": "in float64; exact for points close together",
        "distances": "in float64",
        "get_mean_vector": "the Fréchet mean; gensim averages unit vectors",
        "n_similarity": "of Fréchet means, by distance; gensim's by cosine",
        "rank_by_centrality": "by distance from the Fréchet mean",
        "wmdistance": "by hyperbolic distances",
        "attribute next_index": "where `add_vector` puts the next one",
        "save": FOLDER,
        "load": PICKLE,
    },
    "modules": {
        "gensim.models.word2vec.Heapitem": "a part of gensim's Huffman tree; here `w2v.heads.tree`",
        "gensim.models.poincare.PoincareBatch": "a part of gensim's trainer",
        "gensim.models.poincare.NegativesBuffer": "a part of gensim's trainer",
        "gensim.models.poincare.PoincareRelations": "blank lines are passed over; any compressed file, or a URL",
        "gensim.models.poincare.ReconstructionEvaluation": "gensim's figures, where a node competes with its relatives",
        "gensim.models.poincare.LexicalEntailmentEvaluation": "`evaluate_spearman` alone; needs no pygtrie",
        "gensim.models.fasttext.load_facebook_model": (
            "with hs=1 the output table is that of fastText's tree; gensim takes it for one of its own"
        ),
        "gensim.models.fasttext.FastTextVocab": "empty in gensim 4; for pickles of gensim 3",
        "gensim.models.fasttext.FastTextTrainables": "empty in gensim 4; for pickles of gensim 3",
        "gensim.models.Doc2Vec": "w2v has no vectors of documents; means of words: `get_mean_vector`",
        "gensim.models.TfidfModel": "about documents",
        "gensim.models.LdaModel": "about documents",
        "gensim.models.LsiModel": "about documents",
        "gensim.utils.SlicedCorpus": "`itertools.islice` does it",
        "gensim.utils.chunkize": "nothing is read ahead by another process",
        "gensim.utils.decode_htmlentities": "`html.unescape` does it",
        "gensim.utils.SaveLoad": "it pickles; each class here has a file format of its own",
        "gensim.utils.pickle": "a pickle can run any code when it is opened",
        "gensim.utils.unpickle": "a pickle can run any code when it is opened",
        "gensim.utils.effective_n_jobs": "a part of gensim's topic models",
        "gensim.utils.open": "what is compressed is known by its bytes; for r, w and a",
        "gensim.downloader.load": "what gensim has downloaded once, and text8; of all else it says where to get it",
        "gensim.downloader.info": "of what `load` can give on this machine",
        "gensim.scripts.glove2word2vec.glove2word2vec": "not needed: GloVe's files are read as they are",
        "gensim.test.utils.datapath": "needs gensim, whose files these are",
        "gensim.test.utils.common_corpus": "bags of words, for topic models",
        "gensim.test.utils.common_dictionary": "bags of words, for topic models",
        "gensim.test.utils.LeeCorpus": "a file of gensim's tests: `LineSentence(datapath('lee_background.cor'))`",
    },
}
