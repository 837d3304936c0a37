"""api_schema.py -- holds the answers of a served store against its own /api/openapi.json.

    with api_schema.watched(server) as faults:
        ...                     every Browser.ask() under /api/v1/ is looked at
    s.same('every call was answered as the document says', faults, [])

It knows the few words of JSON Schema that the document uses, and an unknown one is a fault.
"""
import contextlib
import json
import re

from served import Browser

KNOWN = {'description', 'type', 'format', 'enum', 'maxLength', 'minimum', 'maximum', 'properties',
         'required', 'items', 'pattern', 'additionalProperties', '$ref'}
TYPES = {'string': str, 'integer': int, 'boolean': bool, 'array': list, 'object': dict,
         'null': type(None)}
FORMATS = {'date': r'\d{4}-\d\d-\d\d', 'date-time': r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z'}


def is_of(kind, value):
    return type(value) is TYPES[kind]       # True is no integer here


class Document:
    def __init__(self, document):
        self.document = document
        self.paths = [(re.compile(re.sub(r'\{\w+\}', '[^/?]+', path) + r'(\?|$)'), row)
                      for path, row in document['paths'].items()]

    def resolve(self, schema):
        while '$ref' in schema:
            found = self.document
            for name in schema['$ref'].split('/')[1:]:
                found = found[name]
            schema = found
        return schema

    def faults(self, schema, value, where='$'):
        """What is wrong with a value, as sentences."""
        schema = self.resolve(schema)
        unknown = set(schema) - KNOWN
        if unknown:
            return ['%s: the schema says %s' % (where, unknown)]
        kinds = schema.get('type', [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if kinds and not any(is_of(kind, value) for kind in kinds):
            return ['%s: %r is no %s' % (where, value, kinds)]
        found = []
        if 'enum' in schema and value not in schema['enum']:
            found.append('%s: %r is not in %s' % (where, value, schema['enum']))
        if isinstance(value, str):
            found += self.text_faults(schema, value, where)
        if type(value) is int and not (schema.get('minimum', value) <= value <=
                                       schema.get('maximum', value)):
            found.append('%s: %d is out of bounds' % (where, value))
        if isinstance(value, list):
            for place, item in enumerate(value):
                found += self.faults(schema.get('items', {}), item, '%s[%d]' % (where, place))
        if isinstance(value, dict):
            found += self.object_faults(schema, value, where)
        return found

    def text_faults(self, schema, value, where):
        wanted = FORMATS.get(schema.get('format'), schema.get('pattern', ''))
        if not re.search('^(?:%s)' % wanted, value) or \
                'format' in schema and not re.fullmatch(wanted, value):
            return ['%s: %r is not as %s' % (where, value, wanted)]
        if len(value) > schema.get('maxLength', len(value)):
            return ['%s: it is too long' % where]
        return []

    def object_faults(self, schema, value, where):
        told = schema.get('properties', {})
        found = ['%s: %s is not there' % (where, name) for name in schema.get('required', [])
                 if name not in value]
        for name, item in value.items():
            named = told.get(name, schema.get('additionalProperties'))
            found += ['%s: nothing is said of %s' % (where, name)] if named is None else \
                self.faults(named, item, where + '.' + name)
        return found

    def answer_faults(self, method, path, answer):
        """A path that nothing is said of must be refused as a problem."""
        rows = [row[method.lower()] for form, row in self.paths
                if form.match(path) and method.lower() in row]
        if not rows:
            return [] if answer.status in (401, 403, 404, 405) else \
                ['%d, of which nothing is said' % answer.status]
        told = self.resolve(rows[0]['responses'].get(str(answer.status), {}))
        if not told:
            return ['%d is not among the answers' % answer.status]
        headers = dict(answer.headers)
        kind = headers.get('Content-Type', '').split(';')[0]
        if kind not in told['content']:
            return ['it is %s' % kind]
        found = ['no %s' % name for name, row in told.get('headers', {}).items()
                 if row['required'] and name not in headers]
        schema = told['content'][kind]['schema']
        if kind.endswith('json') and schema != {}:      # of a file nothing is said
            found += self.faults(schema, json.loads(answer.body))
        return found


@contextlib.contextmanager
def watched(server):
    """What is wrong with the answers to all calls made meanwhile."""
    document = Document(json.loads(Browser(server.port).get('/api/openapi.json').body))
    faults, ask = [], Browser.ask

    def asked(browser, method, path, *rest, **named):
        answer = ask(browser, method, path, *rest, **named)
        if path.startswith('/api/v1/') and answer.body:
            faults.extend('%s %s: %s' % (method, path, fault)
                          for fault in document.answer_faults(method, path, answer))
        return answer
    Browser.ask = asked
    try:
        yield faults
    finally:
        Browser.ask = ask
