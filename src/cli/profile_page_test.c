/* What `ochil help profile` names, against what a profile takes. */
#include "cli/profile_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "extract/profile.h"

static void every_key_has_help_and_the_other_way_round(void **state)
{
    bool helped[PROFILE_KEYS] = { false };

    (void)state;
    for (const struct profile_key_help *row = profile_keys_help; row->key != NULL; row++) {
        size_t key = 0;
        while (key < PROFILE_KEYS && strcmp(row->key, profile_key_name(key)) != 0)
            key++;
        if (key == PROFILE_KEYS || helped[key])
            fail_msg("%s is no key, or has help twice", row->key);
        else
            helped[key] = true;
    }
    for (size_t key = 0; key < PROFILE_KEYS; key++) {
        if (!helped[key])
            fail_msg("%s has no help", profile_key_name(key));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_has_help_and_the_other_way_round),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
