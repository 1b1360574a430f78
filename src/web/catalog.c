/* Reading catalogues of messages. */
#include "web/catalog.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define MAGIC 0x950412deU
#define HEADER_SIZE 28
#define MAX_MESSAGES 100000

/* The file: a header, two tables of (length, offset), and the texts, each
 * with a NUL that is not counted. A text with a plural has its forms one
 * behind the other, with a NUL between. */
struct catalog {
	char *bytes;
	size_t len;
	uint32_t n;
	uint32_t originals, translations; /* the tables' places */
	bool two_forms;
};

static uint32_t
number_at(const struct catalog *c, size_t at)
{
	uint32_t number;
	memcpy(&number, c->bytes + at, sizeof(number));
	return number;
}

/* --- reading ------------------------------------------------------------- */

static bool
table_fits(const struct catalog *c, uint32_t at)
{
	return at <= c->len && c->n <= (c->len - at) / 8;
}

static bool
text_fits(const struct catalog *c, uint32_t table, uint32_t i)
{
	size_t len = number_at(c, table + (size_t)i * 8);
	size_t at = number_at(c, table + (size_t)i * 8 + 4);
	return at < c->len && len < c->len - at && c->bytes[at + len] == '\0' &&
	    text_is_utf8(c->bytes + at, len);
}

static const char *
text_at(const struct catalog *c, uint32_t table, uint32_t i, size_t *len)
{
	*len = number_at(c, table + (size_t)i * 8);
	return c->bytes + number_at(c, table + (size_t)i * 8 + 4);
}

/* Sorted, which the search needs; each plural has all its forms. */
static const char *
check_texts(const struct catalog *c)
{
	const char *before = NULL;
	for (uint32_t i = 0; i < c->n; i++) {
		size_t len, said_len;
		if (!text_fits(c, c->originals, i) ||
		    !text_fits(c, c->translations, i))
			return "a text is not within the file, or not UTF-8";
		const char *text = text_at(c, c->originals, i, &len);
		const char *said = text_at(c, c->translations, i, &said_len);
		if (before != NULL && strcmp(before, text) >= 0)
			return "the texts are not sorted";
		if (c->two_forms && strlen(text) < len &&
		    strlen(said) >= said_len)
			return "a plural has one form only";
		before = text;
	}
	return NULL;
}

static const char *
read_header(struct catalog *c)
{
	if (c->len < HEADER_SIZE || number_at(c, 0) != MAGIC)
		return "it is no catalogue of this kind of machine";
	if (number_at(c, 4) >> 16 > 1)
		return "its version is not known";
	c->n = number_at(c, 8);
	c->originals = number_at(c, 12);
	c->translations = number_at(c, 16);
	if (c->n > MAX_MESSAGES || !table_fits(c, c->originals) ||
	    !table_fits(c, c->translations))
		return "a table is not within the file";
	return NULL;
}

/* The header of the texts is the translation of "". */
static const char *
read_plural(struct catalog *c)
{
	size_t len;
	if (c->n == 0 || !text_fits(c, c->originals, 0) ||
	    !text_fits(c, c->translations, 0) ||
	    *text_at(c, c->originals, 0, &len) != '\0')
		return "it has no header";
	const char *header = text_at(c, c->translations, 0, &len);
	c->two_forms = text_contains(header, "nplurals=2; plural=(n != 1)");
	if (!c->two_forms && !text_contains(header, "nplurals=1;"))
		return "its plural is not known";
	return NULL;
}

struct catalog *
catalog_new(const char *bytes, size_t len, struct buf *why)
{
	struct catalog *c = calloc(1, sizeof(*c));
	if (c == NULL || (c->bytes = malloc(len + 1)) == NULL)
		abort();
	memcpy(c->bytes, bytes, len);
	c->len = len;
	const char *fault = read_header(c);
	if (fault == NULL)
		fault = read_plural(c);
	if (fault == NULL)
		fault = check_texts(c);
	if (fault == NULL)
		return c;
	buf_str(why, fault);
	catalog_free(c);
	return NULL;
}

void
catalog_free(struct catalog *c)
{
	if (c == NULL)
		return;
	free(c->bytes);
	free(c);
}

/* --- translating --------------------------------------------------------- */

const char *
catalog_say(
    const struct catalog *c, const char *one, const char *many, int64_t n)
{
	uint32_t low = 0, high = c->n;
	size_t len;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = strcmp(one, text_at(c, c->originals, middle, &len));
		if (order == 0) {
			const char *said =
			    text_at(c, c->translations, middle, &len);
			if (*one == '\0' || *said == '\0')
				return NULL;
			size_t first = strlen(said);
			return many != NULL && n != 1 && first < len
			    ? said + first + 1
			    : said;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
