#include "base/word.h"

#include <ctype.h>
#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* A letter written large or small is the same slip of nobody's finger. */
static bool same_letter(char one, char other)
{
    return tolower((unsigned char)one) == tolower((unsigned char)other);
}

/* Optimal string alignment. Three rows of the table are enough: a swap looks two rows back. */
size_t word_distance(const char *one, const char *other)
{
    size_t height = strlen(one);
    size_t width = strlen(other);
    size_t table[3][WORD_MAX + 1];

    if (height > WORD_MAX || width > WORD_MAX)
        return height > width ? height : width;
    for (size_t x = 0; x <= width; x++)
        table[0][x] = x;
    for (size_t y = 1; y <= height; y++) {
        size_t *row = table[y % 3];
        const size_t *above = table[(y - 1) % 3];
        const size_t *twice_above = table[(y + 1) % 3];

        row[0] = y;
        for (size_t x = 1; x <= width; x++) {
            size_t changed = same_letter(one[y - 1], other[x - 1]) ? 0 : 1;

            row[x] = least(above[x - 1] + changed, least(above[x], row[x - 1]) + 1);
            if (y > 1 && x > 1 && same_letter(one[y - 1], other[x - 2])
                && same_letter(one[y - 2], other[x - 1]))
                row[x] = least(row[x], twice_above[x - 2] + 1);
        }
    }
    return table[height % 3][width];
}

/* One slip in three letters is a slip; more is another word. A beginning of at least two
 * letters is taken for an abbreviation. */
static bool is_near(const char *typed, const char *word, size_t distance)
{
    size_t typed_size = strlen(typed);
    size_t word_size = strlen(word);
    size_t longer = typed_size > word_size ? typed_size : word_size;

    if (typed_size >= 2 && strncmp(typed, word, typed_size) == 0)
        return true;
    return distance * 3 <= longer;
}

void word_offer(struct word_search *search, const char *word)
{
    size_t distance = word_distance(search->typed, word);

    if (!is_near(search->typed, word, distance))
        return;
    if (search->nearest == NULL || distance < search->distance) {
        search->nearest = word;
        search->distance = distance;
    }
}
