#!/usr/bin/env python3
"""Lists the sentences and labels that pages' code says in English: a table of C, made while building.

    tools/phrases.py --source phrases.c FILE.c...

The sentence stands where it is said, so that code reads; what is said goes through html_phrase()
(Lit, headings, labels, buttons), which looks into the catalogue (web/words.h) for the reader's
language. This list is for `ochil strings`: what there is to be translated. It holds every literal
that begins with a capital and is no name for programs, and what Lit() says, in these files.
"""
import argparse
import re
import sys

TOKEN = re.compile(r'''/\*.*?\*/|//[^\n]*|^[ \t]*\#[^\n]*(?:\\\n[^\n]*)*|"(?:[^"\\\n]|\\.)*"
                       |'(?:[^'\\\n]|\\.)*'|\.?[A-Za-z_]\w*|\s+|.''', re.S | re.M | re.X)
ESCAPE = re.compile(r'\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[0-7]{1,3}|.)', re.S)
# Words around a literal that make it none of a page: for programs, for the trail, for the log,
# for help, which is written at length in its own place.
NOT_SAID = {'.verb', '.description', '.summary', '.route', '.form', '.name', 'fail', 'Attr', 'LitAttr',
            'http_answer_header', 'http_header', 'text_is', 'strcmp', 'json_key', 'Href', 'Url',
            'html_attribute', 'fprintf', 'snprintf', 'strstr', 'all_of', 'is_one_of'}
PLAIN = {r'\n': '\n', r'\t': '\t', r'\"': '"', r'\\': '\\', r'\?': '?', r'\0': '\0', r'\r': '\r',
         r'\'': "'"}


def unescape(text):
    def one(match):
        what = match.group(1)
        if what[0] == 'x' and len(what) == 3:
            return chr(int(what[1:], 16))
        if what[0] == 'u':
            return chr(int(what[1:], 16)).encode('utf-8').decode('latin-1')
        return PLAIN.get(match.group(0), match.group(0))
    return ESCAPE.sub(one, text).encode('latin-1', 'replace').decode('utf-8', 'replace')


def literals(source):
    """(text, the call or member it stands in, its place among the arguments) of each literal."""
    inside, pending, word, member, joined = [], None, '', '', None
    for token in TOKEN.findall(source):
        if token.isspace() or token.startswith(('/*', '//')) or token.lstrip().startswith('#'):
            continue
        if token.startswith('"'):
            joined = (joined or '') + token[1:-1]
            continue
        if joined is not None:
            yield unescape(joined), inside[-1] if inside else '', member
            joined = None
        if token in '([{':
            inside.append(word if token == '(' else '')
            member = ''
        elif token in ')]}' and inside:
            inside.pop()
            member = ''
        elif token == ',':
            member = ''
        elif token.startswith('.') and len(token) > 1:
            member = token
        word = token if re.match(r'[A-Za-z_]', token) else ''


TITLES = re.compile(r'"[a-z-]+",\s+"([^"]+)",\s+"')         # of roles, behind their names
CHOICES = re.compile(r'char \*const (\w+)\[[^]]*\] = \{(.*?)\};', re.S)
SKIPPED = re.compile(r'(_call|/api_\w*|/openapi|/http_\w*|_type|/common_password)\.c$')


def choices(source):
    """Words of states and choices, as pages show them: with a capital."""
    for _, body in CHOICES.findall(source):
        for word in re.findall(r'"([a-z][a-z ]*)"', body):
            yield word[0].upper() + word[1:]


def is_phrase(text, call, member):
    if call in NOT_SAID or member in NOT_SAID or '%' in text or '\n' in text or '\t' in text:
        return False
    if call == 'Lit':
        return bool(re.search('[A-Za-z]{2}', text))
    return bool(re.match(r'[A-Z][a-z]|[A-Z] [a-z]', text)) and not re.match(
        r'[A-Z][A-Za-z]*(-[A-Z][A-Za-z]*)+$', text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--source', required=True)
    parser.add_argument('files', nargs='+')
    options = parser.parse_args()
    found = set()
    for path in options.files:
        if SKIPPED.search(path):
            continue
        with open(path, encoding='utf-8') as file:
            source = file.read()
        found |= set(TITLES.findall(source))
        found |= {text for text, call, member in literals(source)
                  if is_phrase(text, call, member)} | set(choices(source))
    lines = ['/* Made by tools/phrases.py. */', '#include "web/words.h"', '',
             'const char *const phrases[] = {']
    lines += ['    "%s",' % text.replace('\\', '\\\\').replace('"', '\\"').replace('?', '\\?')
              for text in sorted(found)]
    with open(options.source, 'w', encoding='utf-8') as file:
        file.write('\n'.join(lines + ['    0', '};', '']))
    return 0


if __name__ == '__main__':
    sys.exit(main())
