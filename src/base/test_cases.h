/*
 * base/test_cases.h -- for tests only: how much of a test there is time for.
 *
 * TEST_CASES_DIVISOR is 1, or 20 where a sanitizer makes each case ten times as long.
 */
#ifndef OCHIL_TEST_CASES_H
#define OCHIL_TEST_CASES_H

#if defined(__SANITIZE_ADDRESS__)
#define TEST_CASES_DIVISOR 20
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TEST_CASES_DIVISOR 20
#endif
#endif
#ifndef TEST_CASES_DIVISOR
#define TEST_CASES_DIVISOR 1
#endif

#endif
