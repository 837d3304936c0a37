"""said.py -- what pages say by themselves: headings of columns, labels, buttons and the like, held
against what `ochil strings` lists, so that nothing is left out for who translates it."""
import html.parser
import os
import re
import subprocess

# Elements that hold nothing but such words, unless people's own words name what they are about.
SAID = {'th', 'label', 'legend', 'caption', 'button', 'h1', 'h2', 'h3', 'dt', 'summary'}
# Words in which a name or a number stands are none of the list.
COMPOSED = re.compile(r'(Add|Change|Record|Import of|Prepare:|What became of|Nothing was found) '
                      r'|No \w+ is recorded|.* that name |.*\d')


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.said, self.main = [], [], False

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.main |= tag == 'main'
        if tag in SAID and self.main and given.get('scope') != 'row':
            self.open.append((tag, []))

    def handle_endtag(self, tag):
        self.main &= tag != 'main'
        if self.open and self.open[-1][0] == tag:
            self.said.append(''.join(self.open.pop()[1]))

    def handle_data(self, data):
        if self.open:
            self.open[-1][1].append(data)


def listed(build):
    made = subprocess.run([os.path.join(build, 'ochil-server'), 'strings'], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    return {line.split('\t')[1] for line in made.splitlines()}


def check(suite, build, browser, paths, typed=()):
    """Of each of the pages, which are there for this browser; `typed`: by somebody, in a title."""
    known, left = listed(build), {}
    for path in paths:
        answer, reader = browser.get(path), Reader()
        reader.feed(answer.body)
        if answer.status != 200:
            left[path] = answer.status
        for words in reader.said:
            if words.strip() and words not in (*known, *typed) and not COMPOSED.match(words):
                left.setdefault(path, []).append(words)
    suite.same('what pages say is in the catalogue', left, {})
