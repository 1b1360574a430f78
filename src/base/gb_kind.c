/* What a file of gemini-balance's is. */
#include "base/gb_kind.h"

#include <string.h>
#include <strings.h>

#include "base/attr.h"

#define BLANKS " \t\r"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static const struct {
	enum gb_kind kind;
	size_t len;
	const char *bytes;
} beginnings[] = {
    {GB_SQLITE, 16, "SQLite format 3"},
    {GB_PACKED, 2, "\x1f\x8b"},
    {GB_PACKED, 3, "BZh"},
    {GB_PACKED, 5, "\xfd\x37zXZ"},
    {GB_PACKED, 4, "\x28\xb5\x2f\xfd"},
    {GB_PACKED, 4, "PK\x03\x04"},
    {GB_UTF16, 2, "\xff\xfe"},
    {GB_UTF16, 2, "\xfe\xff"},
};

/* The first words of statements. */
static const struct {
	const char *word;
	enum gb_kind kind;
} statements[] = {
    {"SET", GB_DUMP},
    {"USE", GB_DUMP},
    {"CREATE", GB_DUMP},
    {"DROP", GB_DUMP},
    {"INSERT", GB_DUMP},
    {"REPLACE", GB_DUMP},
    {"LOCK", GB_DUMP},
    {"START", GB_DUMP},
    {"DELIMITER", GB_DUMP},
    {"PRAGMA", GB_SQLITE_TEXT},
    {"BEGIN", GB_SQLITE_TEXT},
};

/* NAME=, maybe with `export` before it. */
static enum gb_kind
kind_of_words(const char *line)
{
	size_t word = strspn(line, LETTERS "0123456789_.-");
	size_t gap = strspn(line + word, BLANKS);
	const char *next = line + word + gap;
	if (word > 0 && *next == '=')
		return GB_ENV;
	if (word == 6 && gap > 0 && memcmp(line, "export", word) == 0)
		return kind_of_words(next);
	for (size_t i = 0; gap > 0 && i < COUNT_OF(statements); i++)
		if (word == strlen(statements[i].word) &&
		    strncasecmp(line, statements[i].word, word) == 0)
			return statements[i].kind;
	return GB_UNKNOWN;
}

/* GB_EMPTY: it says nothing. */
static enum gb_kind
kind_of_line(const char *line)
{
	line += strspn(line, BLANKS);
	if (*line == '\0' || *line == '#')
		return GB_EMPTY;
	if (strncmp(line, "--", 2) == 0 || strncmp(line, "/*", 2) == 0)
		return GB_DUMP;
	return kind_of_words(line);
}

enum gb_kind
gb_kind_of(const char *head, size_t len)
{
	char line[512];
	size_t at = len >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	for (size_t i = 0; i < COUNT_OF(beginnings); i++)
		if (len >= beginnings[i].len &&
		    memcmp(head, beginnings[i].bytes, beginnings[i].len) == 0)
			return beginnings[i].kind;
	while (at < len) {
		const char *end = memchr(head + at, '\n', len - at);
		size_t n = end == NULL ? len - at : (size_t)(end - head) - at;
		size_t seen = n < sizeof(line) ? n : sizeof(line) - 1;
		memcpy(line, head + at, seen);
		line[seen] = '\0';
		enum gb_kind kind = kind_of_line(line);
		if (kind != GB_EMPTY)
			return kind;
		at += n + 1;
	}
	/* Nothing but remarks; a .env file may be that. */
	return len == 0 ? GB_EMPTY : GB_ENV;
}
