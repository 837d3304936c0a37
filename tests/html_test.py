#!/usr/bin/env python3
"""html_test.py -- what web/html.h does not let anybody write does not compile.

    html_test.py [--ochil PATH]

Each snippet is compiled as the body of a function with the flags of the build; the good ones show
that it is not for another reason that the bad ones fail.
"""
import argparse
import os
import subprocess
import sys

import tap

ROOT = os.path.dirname(tap.HERE)
BEFORE = '''#include "web/page_frame.h"
void page(struct request *request, struct html *h, const char *user, struct text text);
void page(struct request *request, struct html *h, const char *user, struct text text)
{
    (void)request;
    (void)user;
    (void)text;
    %s
}
'''
GOOD = [
    'El(h, "p") html_text(h, text);',
    'El(h, "p") Lit(h, "a & b");',
    'El(h, "p") { Attr(h, "title", text); LitAttr(h, "class", "x"); }',
    'El(h, "a") Href(h, "href", Url("/jobs"));',
    'El(h, "a") Href(h, "href", url_segment(request->arena, Url("/jobs"), text));',
    'Form(request, h, Url("/x")) page_button(h, user);',
]
BAD = [
    ('a literal that is none', 'Lit(h, user);'),
    ('text as a literal', 'Lit(h, text);'),
    ('an element with a name from outside', 'El(h, user) { }'),
    ('an empty element with a name from outside', 'Void(h, user);'),
    ('an attribute with a name from outside', 'El(h, "p") Attr(h, user, text);'),
    ('an attribute of unmeasured words', 'El(h, "p") Attr(h, "title", user);'),
    ('a literal attribute that is none', 'El(h, "p") LitAttr(h, "title", user);'),
    ('text of unmeasured words', 'html_text(h, user);'),
    ('an address from outside', 'El(h, "a") Href(h, "href", user);'),
    ('an address that is text', 'El(h, "a") Href(h, "href", text);'),
    ('an address made of no literal', 'El(h, "a") Href(h, "href", Url(user));'),
    ('a form to an address from outside', 'Form(request, h, user) { }'),
    ('a redirect to words', 'answer_redirect(request, user);'),
    ('bytes past the writer', 'h->size = 0;'),
]


def compiles(build, snippet):
    command = ['cc', '-std=c17', '-D_GNU_SOURCE=', '-fsyntax-only', '-Isrc',
               '-I' + os.path.join(build, 'src'), '-I/usr/include/p11-kit-1',
               '-Werror=incompatible-pointer-types', '-Werror=int-conversion', '-x', 'c', '-']
    done = subprocess.run(command, input=BEFORE % snippet, cwd=ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode == 0, done.stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ochil', default=tap.default_engine(), help='in the build to use')
    build = os.path.dirname(tap.find_engine(parser.parse_args().ochil))
    t = tap.Tap()
    for snippet in GOOD:
        good, said = compiles(build, snippet)
        t.check('compiles: ' + snippet, None if good else said)
    for words, snippet in BAD:
        good, _ = compiles(build, snippet)
        t.check('does not compile: ' + words, 'it does: ' + snippet if good else None)
    return t.done()


if __name__ == '__main__':
    sys.exit(main())
