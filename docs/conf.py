"""How Sphinx makes the manual's site (`make docs`).

It reads the repository as it lies, not docs/ alone: so a link such as `../experiments/LOG.md` leads to the same page
here and on a code host. What the site needs beyond Sphinx's own is in `_ext/`, a file each.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

import w2v  # noqa: E402

project, author, copyright = "w2v", "the authors of w2v", "the authors of w2v, Apache-2.0"
version = release = w2v.__version__
html_title = f"w2v {version}"

root_doc = "docs/index"
include_patterns = [
    *("docs/*.md", "docs/api/*.md", "docs/lessons/README.md", "docs/zh/lessons/README.md"),
    *("docs/lessons/[0-9]_*.py", "docs/zh/lessons/[0-9]_*.py"),
    *("CONTRIBUTING.md", "CHANGELOG.md"),
    *("experiments/LOG.md", "experiments/README.md", "experiments/results/heads/report.md"),
]
exclude_patterns = [".*", "build", "tests", "w2v", "**/__pycache__"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
extensions += ["lessons", "mathml", "repository_files", "docstrings", "settings", "commands", "two_languages"]

myst_enable_extensions = ["dollarmath", "amsmath"]
myst_fence_as_directive = ["math"]  # as code hosts have it
myst_heading_anchors = 4  # by the rule of code hosts, so that page.md#heading holds in both
myst_links_external_new_tab = False

highlight_language = "text"  # of blocks that name none
default_role = "literal"  # docstrings have one backquote around code, as Markdown does
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_inherit_docstrings = True
maximum_signature_line_length = 90
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"
napoleon_use_rtype = False

nitpicky = True
nitpick_ignore_regex = [
    (r"py:.*", r"(?!w2v\.).*"),  # names of other libraries, which no page here is about
    # Types in signatures that nobody needs to know: protocols, and what callbacks and engines hand to each other.
    (r"py:class", r"w2v\.training\.(callbacks\.(Progress|Trained)|checkpoint\.Loaded)"),
    (r"py:class", r"w2v\.(corpus|examples|comparison)\..*"),
    (r"py:class", r"w2v\.(vectors\.(words\.Words|composer\.Composer)|models\.history\.EpochPart)"),
    (r"py:class", r"w2v\.(heads\.judgements\.Judgements|hyperbolic\.relations\.Relations)"),
]

smartquotes = False  # `--flag` is two hyphens

html_theme = "furo"
html_static_path = ["_static"]
templates_path = ["_templates"]
html_additional_pages = {"index": "to_the_manual.html"}  # for pages lie as in the repository, in docs/
html_css_files = ["w2v.css"]
html_copy_source = False
html_show_sphinx = False
html_search_language = "en-zh"
html_show_search_summary = False  # a script would fetch the pages found, which browsers refuse it from disk
html_math_renderer = "mathml"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1f5fa8", "color-brand-content": "#1f5fa8"},
    "dark_css_variables": {"color-brand-primary": "#7db4f0", "color-brand-content": "#7db4f0"},
}
pygments_style, pygments_dark_style = "default", "github-dark"

copybutton_prompt_text = "$ "  # of a transcript only what was typed
copybutton_only_copy_prompt_lines = True
