#include "web/page_parts.h"

#include <stdio.h>

#include "trail/trail_time.h"

/* --- tables --- */

static void head_cell(struct html *h, const struct column *column)
{
    El(h, "th") {
        LitAttr(h, "scope", "col");
        if (column->kind == COLUMN_NUMBER)
            LitAttr(h, "class", "number");
        html_phrase(h, text_of(column->head));
    }
}

void page_head(struct html *h, const char *words)
{
    const struct column column = { words, COLUMN_WORDS };

    head_cell(h, &column);
}

bool page_table_begin(struct html *h, const char *caption, const struct column column[],
                      size_t count)
{
    (void)html_begin(h, "section");
    LitAttr(h, "class", "scroll");
    LitAttr(h, "tabindex", "0");
    Attr(h, "aria-label", text_of(caption));
    (void)html_begin(h, "table");
    El(h, "caption") html_phrase(h, text_of(caption));
    El(h, "thead") El(h, "tr") for (size_t i = 0; i < count; i++)
        head_cell(h, &column[i]);
    return html_begin(h, "tbody");
}

bool page_table_end(struct html *h)
{
    (void)html_end(h, "tbody");
    (void)html_end(h, "table");
    return html_end(h, "section");
}

void page_row_head(struct html *h, struct text words)
{
    El(h, "th") {
        LitAttr(h, "scope", "row");
        html_text(h, words);
    }
}

void page_cell(struct html *h, struct text words)
{
    El(h, "td") html_text(h, words);
}

void page_said(struct html *h, struct text words)
{
    El(h, "td") {
        LitAttr(h, "class", "said");
        html_phrase(h, words);
    }
}

void page_hash(struct html *h, struct text hash)
{
    El(h, "td") {
        LitAttr(h, "class", "hash");
        El(h, "code") html_text(h, hash);
    }
}

void page_number(struct html *h, int64_t number)
{
    El(h, "td") {
        LitAttr(h, "class", "number");
        html_int(h, number);
    }
}

void page_pounds(struct html *h, wide pence)
{
    char words[MONEY_POUNDS_MAX];

    html_text(h, (struct text){ words, money_print_pounds(pence, words) });
}

void page_money(struct html *h, wide pence)
{
    El(h, "td") {
        LitAttr(h, "class", "number");
        page_pounds(h, pence);
    }
}

void page_bar(struct html *h, struct arena *arena, bool second, int64_t from, int64_t width)
{
    const struct text begin = text_of(arena_number(arena, from));
    const struct text across = text_of(arena_number(arena, width));

    El(h, "svg") {
        LitAttr(h, "viewBox", "0 0 1000 10");
        LitAttr(h, "preserveAspectRatio", "none");
        LitAttr(h, "aria-hidden", "true");
        LitAttr(h, "focusable", "false");
        El(h, "rect") {
            Attr(h, "class", text_of(second ? "bar-b" : "bar-a"));
            Attr(h, "x", begin);
            Attr(h, "width", across);
            LitAttr(h, "height", "10");
        }
        if (second)
            El(h, "rect") {
                LitAttr(h, "class", "bar-line");
                Attr(h, "x", begin);
                LitAttr(h, "y", "4");
                Attr(h, "width", across);
                LitAttr(h, "height", "2");
            }
    }
}

/* --- the rest --- */

void page_entry(struct html *h, const char *label, struct text value)
{
    El(h, "dt") html_phrase(h, text_of(label));
    El(h, "dd") html_text(h, value);
}

void page_tag(struct html *h, enum tag_kind kind, const char *words)
{
    static const char *const class[] = {
        [TAG_PLAIN] = "ds_tag ds_tag--grey",      [TAG_GOOD] = "ds_tag ds_tag--green",
        [TAG_WARNING] = "ds_tag ds_tag--yellow", [TAG_BAD] = "ds_tag ds_tag--red",
        [TAG_NEWS] = "ds_tag ds_tag--blue",
    };

    El(h, "span") {
        Attr(h, "class", text_of(class[kind]));
        html_phrase(h, text_of(words));
    }
}

void page_empty(struct html *h, const char *nothing, const char *what_to_do)
{
    El(h, "div") {
        LitAttr(h, "class", "empty");
        El(h, "h2") html_phrase(h, text_of(nothing));
        El(h, "p") html_phrase(h, text_of(what_to_do));
    }
}

void page_tabs(struct html *h, const char *label, const struct tab tab[], size_t count,
               size_t current)
{
    El(h, "nav") {
        LitAttr(h, "class", "tabs");
        Attr(h, "aria-label", text_of(label));
        El(h, "ul") for (size_t i = 0; i < count; i++)
            El(h, "li") El(h, "a") {
                Href(h, "href", tab[i].url);
                if (i == current)
                    LitAttr(h, "aria-current", "page");
                html_phrase(h, text_of(tab[i].label));
            }
    }
}

/* Of "2026-04-01..." */
static void day_words(const char *iso, char words[32])
{
    static const char *const month[] = { "January", "February", "March", "April", "May", "June",
                                         "July", "August", "September", "October", "November",
                                         "December" };
    const int number = (iso[5] - '0') * 10 + iso[6] - '0';
    const char *const name = month[number - 1];
    const size_t size = strlen(name);
    char *to = words;

    if (iso[8] != '0')
        *to++ = iso[8];
    *to++ = iso[9];
    *to++ = ' ';
    memcpy(to, name, size);
    to += size;
    *to++ = ' ';
    memcpy(to, iso, 4);
    to[4] = '\0';
}

static void time_shown(struct html *h, struct text iso, const char *words)
{
    El(h, "time") {
        Attr(h, "datetime", iso);
        html_text(h, text_of(words));
    }
}

void page_moment(struct html *h, struct moment moment)
{
    char iso[TRAIL_TIME_SIZE], day[32], words[48];

    trail_time_print(moment.ms, iso);
    day_words(iso, day);
    (void)snprintf(words, sizeof words, "%s, %.5s UTC", day, iso + 11);
    time_shown(h, text_of(iso), words);
}

void page_day(struct html *h, struct db_day day)
{
    char iso[DB_DAY_TEXT];

    db_day_print(day, iso);
    page_iso_day(h, text_of(iso));
}

void page_iso_day(struct html *h, struct text iso)
{
    char words[32];

    day_words(iso.data, words);
    time_shown(h, iso, words);
}
