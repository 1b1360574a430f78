/* Delays and limits in the words of Google's errors. */
#include "pool/error_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/attr.h"

/* Longer delays than this are not believed; two days. */
#define MAX_DELAY_MS ((int64_t)48 * 3600 * 1000)

/* Nor larger limits. */
#define MAX_LIMIT INT64_C(1000000000000)

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A decimal number in thousandths, rounded up; NULL if there is none, else
 * the rest of the text. Large numbers stop at the longest delay. */
static const char *
scan_thousandths(const char *text, int64_t *number)
{
	if (!is_digit(*text))
		return NULL;

	int64_t n = 0;
	for (; is_digit(*text); text++)
		if (n <= MAX_DELAY_MS)
			n = n * 10 + (*text - '0');
	n *= 1000;

	if (*text == '.' && is_digit(text[1])) {
		int64_t scale = 100;
		bool more = false;
		for (text++; is_digit(*text); text++, scale /= 10) {
			n += (*text - '0') * scale;
			more = more || (scale == 0 && *text != '0');
		}
		n += more;
	}
	*number = n;
	return text;
}

int64_t
error_text_delay(const char *text)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
	int64_t total = -1;

	for (;;) {
		int64_t n;
		const char *rest = scan_thousandths(text, &n);
		if (rest == NULL)
			return total;
		size_t i = 0;
		while (i < COUNT_OF(units) &&
		    strncmp(rest, units[i].name, strlen(units[i].name)) != 0)
			i++;
		if (i == COUNT_OF(units))
			return total;

		/* n is in thousandths: round the product up. */
		if (n > MAX_DELAY_MS / units[i].ms * 1000)
			return MAX_DELAY_MS;
		n = (n * units[i].ms + 999) / 1000;
		total = (total < 0 ? 0 : total) + n;
		if (total > MAX_DELAY_MS)
			return MAX_DELAY_MS;
		text = rest + strlen(units[i].name);
	}
}

int64_t
error_text_retry(const char *message)
{
	static const char mark[] = "retry in ";
	for (const char *at = message; (at = strstr(at, mark)) != NULL;) {
		at += sizeof(mark) - 1;
		int64_t ms = error_text_delay(at);
		if (ms >= 0)
			return ms;
	}
	return -1;
}

/* The number behind "limit:" at this place of a text; -1 if there is none,
 * or one that is not whole. */
static int64_t
scan_limit(const char *number)
{
	number += strspn(number, " \t\r\n\v\f");
	size_t digits = strspn(number, "0123456789");
	if (digits == 0 ||
	    (number[digits] == '.' && is_digit(number[digits + 1])))
		return -1;
	/* 0 is /limit:\s*0(?!\d|\.\d)/. */
	if (*number == '0')
		return digits == 1 ? 0 : -1;
	int64_t limit = 0;
	for (; digits > 0 && limit < MAX_LIMIT; digits--, number++)
		limit = limit * 10 + (*number - '0');
	return limit < MAX_LIMIT ? limit : -1;
}

int64_t
error_text_limit(const char *message)
{
	static const char mark[] = "limit:";
	int64_t limit = -1;
	int n = 0;
	for (const char *at = message; (at = strstr(at, mark)) != NULL; n++) {
		at += sizeof(mark) - 1;
		limit = scan_limit(at);
		if (limit == 0)
			return 0;
	}
	return n == 1 ? limit : -1;
}
