/* Patterns, by the C library's regular expressions. */
#include "base/pattern.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define PATTERN_MAX 1000

/* What counted repetitions may come to when they are nested: the C library
 * writes them out. */
#define REPEAT_MAX 1000000

struct pattern {
	regex_t regex;
};

static bool
has_reference(const char *text)
{
	for (; *text != '\0'; text++) {
		if (text[0] != '\\')
			continue;
		text++;
		if (*text >= '0' && *text <= '9')
			return true;
		if (*text == '\0')
			break;
	}
	return false;
}

/* Could all counts together ({35}, {20,512}) be nested into too many? */
static bool
repeats_too_much(const char *text)
{
	long product = 1;
	for (text = strchr(text, '{'); text != NULL; text = strchr(text, '{')) {
		char *end;
		long least = strtol(++text, &end, 10);
		long most = *end == ',' ? strtol(end + 1, &end, 10) : least;
		long times = most > least ? most : least;
		if (times > REPEAT_MAX / product)
			return true;
		product *= times > 0 ? times : 1;
	}
	return false;
}

/* Compile it; false with the reason. */
static bool
compile(struct pattern *p, const char *text, struct buf *why)
{
	if (*text == '\0' || strlen(text) > PATTERN_MAX) {
		buf_fmt(why, "must have 1 to %d characters", PATTERN_MAX);
		return false;
	}
	if (has_reference(text)) {
		buf_str(why, "must not refer back (\\1)");
		return false;
	}
	if (repeats_too_much(text)) {
		buf_str(why, "must not repeat as much as that");
		return false;
	}
	int failed = regcomp(&p->regex, text, REG_EXTENDED);
	if (failed != 0) {
		char reason[128];
		regerror(failed, &p->regex, reason, sizeof(reason));
		buf_fmt(why,
		    "must be a regular expression (POSIX extended): %s",
		    reason);
		return false;
	}
	if (regexec(&p->regex, "", 0, NULL, 0) == 0) {
		buf_str(why, "must not match the empty text");
		regfree(&p->regex);
		return false;
	}
	return true;
}

struct pattern *
pattern_new(const char *text, struct buf *why)
{
	struct pattern *p = calloc(1, sizeof(*p));
	if (p == NULL)
		abort();
	if (compile(p, text, why))
		return p;
	free(p);
	return NULL;
}

void
pattern_free(struct pattern *p)
{
	if (p == NULL)
		return;
	regfree(&p->regex);
	free(p);
}

bool
pattern_find(const struct pattern *p, const char *text, size_t len, size_t from,
    size_t *start, size_t *size)
{
	while (from < len) {
		/* The form with both ends told takes NUL bytes as they are. */
		regmatch_t m = {(regoff_t)from, (regoff_t)len};
		if (regexec(&p->regex, text, 1, &m, REG_STARTEND) != 0)
			return false;
		*start = (size_t)m.rm_so;
		*size = (size_t)(m.rm_eo - m.rm_so);
		if (*size > 0)
			return true;
		from = *start + 1;
	}
	return false;
}
