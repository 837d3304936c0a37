#include "cli/page.h"

#include <ctype.h>
#include <string.h>

#define PAGE_COLUMNS 79
#define PAGE_INDENT ((size_t)4)
#define LITERAL "    "
#define LITERAL_SIZE (sizeof LITERAL - 1)

static void put_blanks(FILE *out, size_t count)
{
    (void)fprintf(out, "%*s", (int)count, "");
}

static void put_word(FILE *out, const char *word, size_t size)
{
    for (size_t i = 0; i < size; i++)
        (void)fputc(word[i] == HARD_BLANK[0] ? ' ' : word[i], out);
}

/* One paragraph: `size` bytes without a blank line in them. */
static void wrap_span(FILE *out, size_t first, size_t indent, const char *text, size_t size)
{
    size_t column = first;
    bool begun = false;
    size_t at = 0;

    put_blanks(out, first);
    while (at < size) {
        size_t word = strcspn(text + at, " \n");

        if (word > size - at)
            word = size - at;
        if (begun && column + 1 + word > PAGE_COLUMNS) {
            (void)fputc('\n', out);
            put_blanks(out, indent);
            column = indent;
            begun = false;
        }
        if (begun) {
            (void)fputc(' ', out);
            column++;
        }
        put_word(out, text + at, word);
        column += word;
        begun = true;
        at += word;
        while (at < size && (text[at] == ' ' || text[at] == '\n'))
            at++;
    }
    (void)fputc('\n', out);
}

void page_wrap(FILE *out, size_t first, size_t indent, const char *text)
{
    wrap_span(out, first, indent, text, strlen(text));
}

/* scdoc takes these for markup somewhere in a line or at its start; a backslash in front makes
 * each of them an ordinary character wherever it stands. */
static void put_escaped(FILE *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (strchr("\\*_~`+#-.[]|<>'", text[i]) != NULL)
            (void)fputc('\\', out);
        (void)fputc(text[i] == '\n' || text[i] == HARD_BLANK[0] ? ' ' : text[i], out);
    }
}

static size_t paragraph_size(const char *text)
{
    const char *end = strstr(text, "\n\n");

    return end == NULL ? strlen(text) : (size_t)(end - text);
}

/* The lines of a paragraph that stands as it is, each led by LITERAL. */
static void put_literal(const struct page *page, const char *text, size_t size)
{
    if (page->form == PAGE_SCDOC)
        (void)fputs("```\n", page->out);
    for (size_t at = 0; at < size;) {
        size_t line = strcspn(text + at, "\n");
        size_t lead = strncmp(text + at, LITERAL, LITERAL_SIZE) == 0 ? LITERAL_SIZE : 0;

        if (page->form == PAGE_TEXT)
            put_blanks(page->out, PAGE_INDENT * 2);
        (void)fwrite(text + at + lead, 1, line - lead, page->out);
        (void)fputc('\n', page->out);
        at += line + (text[at + line] == '\n' ? 1 : 0);
    }
    if (page->form == PAGE_SCDOC)
        (void)fputs("```\n", page->out);
}

static void put_paragraph(const struct page *page, const char *text, size_t size)
{
    if (strncmp(text, LITERAL, LITERAL_SIZE) == 0) {
        put_literal(page, text, size);
    } else if (page->form == PAGE_TEXT) {
        wrap_span(page->out, PAGE_INDENT, PAGE_INDENT, text, size);
    } else {
        put_escaped(page->out, text, size);
        (void)fputc('\n', page->out);
    }
    (void)fputc('\n', page->out);
}

void page_paragraphs(struct page *page, const char *text)
{
    while (*text != '\0') {
        size_t size = paragraph_size(text);

        put_paragraph(page, text, size);
        text += size;
        text += strspn(text, "\n");
    }
}

void page_open(struct page *page, const char *name, int section, const char *summary)
{
    char line[256];

    (void)snprintf(line, sizeof line, "%s - %s", name, summary);
    if (page->form == PAGE_SCDOC)
        (void)fprintf(page->out, "%s(%d)\n\n", name, section);
    page_section(page, "NAME");
    page_paragraphs(page, line);
}

void page_section(struct page *page, const char *title)
{
    if (page->form == PAGE_SCDOC)
        (void)fputs("# ", page->out);
    for (const char *at = title; *at != '\0'; at++)
        (void)fputc(toupper((unsigned char)*at), page->out);
    (void)fputs(page->form == PAGE_SCDOC ? "\n\n" : "\n", page->out);
}

void page_subsection(struct page *page, const char *title)
{
    if (page->form == PAGE_TEXT) {
        page_wrap(page->out, PAGE_INDENT / 2, PAGE_INDENT / 2, title);
        return;
    }
    (void)fprintf(page->out, "## %s\n\n", title);     /* scdoc knows no markup in a heading */
}

void page_term(struct page *page, const char *term, const char *meaning)
{
    if (page->form == PAGE_TEXT) {
        page_wrap(page->out, PAGE_INDENT, PAGE_INDENT, term);
        page_wrap(page->out, PAGE_INDENT * 2, PAGE_INDENT * 2, meaning);
        (void)fputc('\n', page->out);
        return;
    }
    (void)fputc('*', page->out);
    put_escaped(page->out, term, strlen(term));
    (void)fputs("*\n\t", page->out);
    put_escaped(page->out, meaning, strlen(meaning));
    (void)fputs("\n\n", page->out);
}

void page_example(struct page *page, const char *line, const char *meaning)
{
    if (page->form == PAGE_TEXT) {
        page_wrap(page->out, PAGE_INDENT, PAGE_INDENT * 2, line);
        page_wrap(page->out, PAGE_INDENT * 2, PAGE_INDENT * 2, meaning);
        (void)fputc('\n', page->out);
        return;
    }
    page_term(page, line, meaning);
}
