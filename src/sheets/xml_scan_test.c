/* Pieces of XML, told as one line: what a reader of workbooks relies on. */
#include "sheets/xml_scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

/* A tag is known again only where as much as the longest stands behind it. */
#define PADDING "<!-- so that more is known than one tag can be, however long it is -->"

static const struct example {
    const char *why, *xml, *told;
} examples[] = {
    { "an element with a text", "<a>b</a>", "<a>b</>." },
    { "an empty element ends at once", "<a/>", "<a></>." },
    { "attributes in either quotes", "<a b='1' c=\"2'\"/>", "<a b=1 c=2'></>." },
    { "blanks where they may be", "<a  b = '1'\n/ >", "!a tag that is none" },
    { "blanks behind an end tag's name", "<a ></a\t>", "<a></>." },
    { "the five entities, and numbers", "<a b='&quot;&#65;'>&lt;&gt;&amp;&apos;&#x263A;</a>",
      "<a b=\"A><>&'\u263A</>." },
    { "line ends become LF, in a value blanks", "<a b='1\r\n2\t3'>4\r\n5\r6</a>",
      "<a b=1 2 3>4\n5\n6</>." },
    { "CDATA is a text as it stands", "<a><![CDATA[<&]>]]></a>", "<a><&]></>." },
    { "comments and instructions are passed over", "<?xml version='1.0'?><!-- < --><a><?x y?></a>",
      "<a></>." },
    { "a byte order mark", "\xEF\xBB\xBF<a/>", "<a></>." },
    { "UTF-8 is declared, in any case", "<?xml version='1.0' encoding='Utf-8'?><a/>", "<a></>." },

    { "tags that come again, and others in their place",
      "<a><t x='1'>b</t><t x='1'>c</t><t x='1'/><t x='1'>d</t><t x='2'>e</t><t y='&lt;'>f</t>"
      "<t x='1'>g</t><t y='&lt;'>h</t><t x='1'/><t>i</t><t>j</t ><t>k</t>" PADDING "</a>",
      "<a><t x=1>b</><t x=1>c</><t x=1></><t x=1>d</><t x=2>e</><t y=<>f</>"
      "<t x=1>g</><t y=<>h</><t x=1></><t>i</><t>j</><t>k</></>." },
    { "a root that comes again", "<a x='1'><a x='1'/></a><a x='1'/>" PADDING,
      "<a x=1><a x=1></></>!a second root element" },

    { "another encoding", "<?xml version='1.0' encoding='ISO-8859-1'?><a/>",
      "!its encoding is not UTF-8" },
    { "a declaration that does not begin the document", " <?xml version='1.0'?><a/>",
      "!an XML declaration that is not at the beginning" },
    { "a document type", "<!DOCTYPE a><a/>",
      "!a document type declaration: neither it nor entities are read" },
    { "an entity of its own", "<a>&b;</a>",
      "<a>!an entity, or a character that XML does not allow" },
    { "a character that XML does not have", "<a>&#1;</a>",
      "<a>!an entity, or a character that XML does not allow" },
    { "a number that is none", "<a>&#x;</a>",
      "<a>!an entity, or a character that XML does not allow" },
    { "a control character", "<a>\x01</a>", "<a>!a byte or character that XML does not allow" },
    { "a byte that is no UTF-8", "<a>\xE9</a>", "<a>!a byte or character that XML does not allow" },
    { "U+FFFE", "<a>\xEF\xBF\xBE</a>", "<a>!a byte or character that XML does not allow" },
    { "an end tag that fits no start tag", "<a></b>", "<a>!an end tag that fits no start tag" },
    { "an end tag alone", "</a>", "!an end tag that fits no start tag" },
    { "a second root", "<a/><b/>", "<a></>!a second root element" },
    { "text outside the root", "<a/>b", "<a></>!text outside the root element" },
    { "an attribute that stands twice", "<a b='1' b='1'/>", "!an attribute that stands twice" },
    { "a < in an attribute", "<a b='<'/>", "!a < in an attribute" },
    { "an attribute without quotes", "<a b=1/>", "!a tag that is none" },
    { "attributes without a blank between them", "<a b='1'c='2'/>", "!a tag that is none" },
    { "]]> in a text", "<a>]]></a>", "<a>!]]> in a text" },
    { "two dashes in a comment", "<!-- -- --><a/>", "!two dashes in a comment" },
    { "cut off in a tag", "<a b='", "!the part ends in the middle" },
    { "cut off in an element", "<a>b", "<a>b!the part ends in the middle" },
    { "nothing", "", "!there is no element" },
};

/* Reads the document, `step` bytes more at a time. */
static void tell(const char *document, size_t step, char told[512])
{
    static struct xml_scan xml;
    static char room[512];
    const size_t size = strlen(document);
    size_t given = 0;
    size_t used = 0;

    memcpy(room, document, size + 1);
    xml_scan_open(&xml);
    xml.at = xml.end = room;
    for (;;) {
        switch (xml_scan_next(&xml)) {
        case XML_MORE:
            given += step < size - given ? step : size - given;
            xml.final = xml.end == room + given;
            xml.end = room + given;
            break;
        case XML_START:
            used += (size_t)snprintf(told + used, 512 - used, "<%s", xml.name);
            for (size_t i = 0; xml.attribute[i] != NULL; i += 2)
                used += (size_t)snprintf(told + used, 512 - used, " %s=%s", xml.attribute[i],
                                         xml.attribute[i + 1]);
            used += (size_t)snprintf(told + used, 512 - used, ">");
            break;
        case XML_END:
            used += (size_t)snprintf(told + used, 512 - used, "</>");
            break;
        case XML_TEXT:
            used += (size_t)snprintf(told + used, 512 - used, "%.*s", TEXT(xml.text));
            break;
        case XML_DONE:
            (void)snprintf(told + used, 512 - used, ".");
            return;
        case XML_FAULT:
            (void)snprintf(told + used, 512 - used, "!%s", xml.fault);
            return;
        }
    }
}

static void documents_are_told_in_any_pieces(void **state)
{
    char told[512];

    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        for (size_t step = 1; step <= 512; step += step < 8 ? 1 : step < 64 ? 8 : 448) {
            tell(examples[i].xml, step, told);
            if (strcmp(told, examples[i].told) != 0)
                fail_msg("%s, by %zu bytes: gives\n%s\nnot\n%s", examples[i].why, step, told,
                         examples[i].told);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_are_told_in_any_pieces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
