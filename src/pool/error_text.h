/*
 * Delays and limits in the words of Google's errors (contract section 7.1).
 */
#ifndef KEYWHEEL_POOL_ERROR_TEXT_H
#define KEYWHEEL_POOL_ERROR_TEXT_H

#include <stdint.h>

/* "26s", "26.59s", "590ms", "1h2m3.5s" in milliseconds, rounded up, two days
 * at most; -1 if it is none. */
int64_t error_text_delay(const char *text);

/* The delay behind "retry in " in a message; -1 if it names none. */
int64_t error_text_retry(const char *message);

/* The number behind "limit:" in a message: 0 if one of them is nothing at all
 * (/limit:\s*0(?!\d|\.\d)/), else the only one; -1 if there is none, or
 * several. */
int64_t error_text_limit(const char *message);

#endif
