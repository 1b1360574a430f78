/* Text: the masking of secrets. */
#include <ctype.h>
#include <string.h>

#include "base/text.h"

#define ELLIPSIS "\xe2\x80\xa6"

static bool
is_digit(char c)
{
	return isdigit((unsigned char)c) != 0;
}

static int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Blank or control character; either ends a credential. */
static bool
is_blank(char c)
{
	return (unsigned char)c <= ' ' || c == '\x7f';
}

void
text_mask(struct buf *out, const char *secret)
{
	/* Find where the last four characters start and how many there are. */
	size_t characters = 0;
	size_t i = strlen(secret);
	size_t tail = i;
	while (i > 0) {
		i--;
		if (((unsigned char)secret[i] & 0xc0) != 0x80 &&
		    ++characters == 4)
			tail = i;
	}
	buf_str(out, ELLIPSIS);
	if (characters >= 12)
		buf_str(out, secret + tail);
}

/* What a credential may consist of after its prefix. */
enum run {
	RUN_KEY,
	RUN_DOTTED,
	RUN_VALUE,
	RUN_TEXT,
	RUN_DIGITS,
	RUN_QUOTED,
	RUN_USER, /* of a URL: up to an @ */
};

/* The credentials, each by how it starts; the first row that fits wins. */
static const struct secret {
	const char *prefix;
	enum run run;
	size_t least;      /* shorter runs are none */
	bool any_case;     /* of the prefix */
	bool keep_word;    /* show the prefix */
	bool not_in_words; /* letters inside a word are none */
} secrets[] = {
    {"AIza", RUN_KEY, 30, false, false, false},
    {"AQ.", RUN_DOTTED, 10, false, false, false},
    {"ya29.", RUN_DOTTED, 10, false, false, false},
    {"api_key:", RUN_TEXT, 1, true, false, false},
    {"x-goog-api-key: ", RUN_TEXT, 1, true, true, false},
    {"key=", RUN_VALUE, 1, true, false, false},
    {"Bearer ", RUN_TEXT, 1, true, false, false},
    {"authorization: basic ", RUN_TEXT, 1, true, true, false},
    {"sk-", RUN_KEY, 16, false, false, true},
    {"://", RUN_USER, 1, false, true, false},
    {"password='", RUN_QUOTED, 1, true, true, false},
    {"password=", RUN_VALUE, 1, true, true, false},
    {"passwd=", RUN_VALUE, 1, true, true, false},
    {"token=", RUN_VALUE, 1, true, true, false},
    {"secret=", RUN_VALUE, 1, true, true, false},
    {"hooks.slack.com/", RUN_TEXT, 1, true, true, false},
    {"/open-apis/bot/", RUN_TEXT, 1, true, true, false},
    {"/api/webhooks/", RUN_TEXT, 1, true, true, false},
    {"api.telegram.org/bot", RUN_TEXT, 1, true, true, false},
    {"projects/", RUN_DIGITS, 1, false, true, false},
    {"projects/", RUN_KEY, 6, false, true, false},
    {"project_number:", RUN_DIGITS, 1, false, true, false},
    {"project=", RUN_DIGITS, 6, false, true, false},
    {"project ", RUN_DIGITS, 6, false, true, false},
};

/* Can a credential start with that? Hardly any character of a text does. */
static bool
may_start(char c)
{
	static bool known, starts[256];
	for (size_t i = 0; !known && i < COUNT_OF(secrets); i++) {
		char first = secrets[i].prefix[0];
		starts[(unsigned char)first] = true;
		if (!secrets[i].any_case)
			continue;
		starts[toupper((unsigned char)first)] = true;
		starts[tolower((unsigned char)first)] = true;
	}
	known = true;
	return starts[(unsigned char)c];
}

static bool
in_run(enum run run, char c)
{
	switch (run) {
	case RUN_KEY:
		return is_word(c) || c == '-';
	case RUN_DOTTED:
		return is_word(c) || c == '-' || c == '.';
	case RUN_VALUE:
		return !is_blank(c) && c != '&';
	case RUN_TEXT:
		return !is_blank(c);
	case RUN_QUOTED:
		return true;
	case RUN_USER:
		return !is_blank(c) && strchr("/?#\"<>", c) == NULL;
	default:
		return is_digit(c);
	}
}

/* How far the run at text[from] goes, at most up to limit bytes. */
static size_t
run_size(enum run run, const char *text, size_t len, size_t from, size_t limit)
{
	size_t n = 0;
	while (n < limit && from + n < len && in_run(run, text[from + n]))
		n++;
	return n;
}

/* "task-force-report-of-monday" holds sk- and sixteen letters but is no
 * token: inside a word, a token must show a digit or a capital early on. */
static bool
is_plain_word(const char *text, size_t len, size_t at, size_t run_at)
{
	if (at == 0 || !is_word(text[at - 1]))
		return false;
	size_t n = run_size(RUN_KEY, text, len, run_at, 48);
	for (size_t i = run_at; i < run_at + n; i++)
		if (is_digit(text[i]) || (text[i] >= 'A' && text[i] <= 'Z'))
			return false;
	return true;
}

/* Up to the quote, which may stand behind a backslash inside. */
static size_t
quoted_size(const char *text, size_t len, size_t from)
{
	size_t n = 0;
	while (from + n < len && text[from + n] != '\'')
		n += text[from + n] == '\\' && from + n + 1 < len ? 2 : 1;
	return n;
}

/* How many bytes of the credential follow its prefix; 0: it is none. */
static size_t
secret_size(const struct secret *s, const char *text, size_t len, size_t from)
{
	size_t n = run_size(
	    s->run, text, len, from, s->run == RUN_USER ? len : s->least);
	if (n < s->least)
		return 0;
	if (s->run == RUN_QUOTED)
		return quoted_size(text, len, from);
	if (s->run != RUN_USER)
		return run_size(s->run, text, len, from, len);
	/* A password may hold one, too. */
	while (n > 0 && (from + n == len || text[from + n] != '@'))
		n--;
	return n;
}

/* The row that fits at text[at] and how far it reaches; NULL if none does.
 * What does not fit is known after a bounded look, so that the whole scan
 * stays linear. */
static const struct secret *
secret_at(const char *text, size_t len, size_t at, size_t *size)
{
	for (size_t i = 0; i < COUNT_OF(secrets); i++) {
		const struct secret *s = &secrets[i];
		size_t k = 0;
		while (s->prefix[k] != '\0' && at + k < len &&
		    (text[at + k] == s->prefix[k] ||
			(s->any_case &&
			    lower(text[at + k]) == lower(s->prefix[k]))))
			k++;
		if (s->prefix[k] != '\0' ||
		    (s->not_in_words && is_plain_word(text, len, at, at + k)))
			continue;
		size_t n = secret_size(s, text, len, at + k);
		if (n == 0)
			continue;
		*size = k + n;
		return s;
	}
	return NULL;
}

void
text_redact(struct buf *out, const char *text, size_t len)
{
	size_t i = 0;
	while (i < len) {
		size_t size;
		const struct secret *s =
		    may_start(text[i]) ? secret_at(text, len, i, &size) : NULL;
		if (s != NULL) {
			if (s->keep_word)
				buf_add(out, text + i, strlen(s->prefix));
			buf_str(out, "[redacted]");
			i += size;
			continue;
		}

		/* The control characters of ASCII and, as UTF-8, of C1. */
		bool c1 = text[i] == '\xc2' && i + 1 < len &&
		    ((unsigned char)text[i + 1] & 0xe0) == 0x80;
		buf_byte(out, c1 || is_blank(text[i]) ? ' ' : text[i]);
		i += c1 ? 2 : 1;
	}
}
