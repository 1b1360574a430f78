/* Attributes behind a key. */
#include "pool/key_table.h"

#include <string.h>

#include "base/attr.h"

/* Between attributes; quotes are what JSON leaves of a key's own. */
#define BETWEEN " \t\v\f,;|\"'"

/* Longer values are no values of ours. */
#define VALUE_MAX 20000

void
key_table_init(struct key_table *table)
{
	*table = (struct key_table){.others = 0};
	for (size_t i = 0; i < KEY__ATTRIBUTES; i++)
		buf_init(&table->value[i], BUF_SMALL);
}

void
key_table_clear(struct key_table *table)
{
	for (size_t i = 0; i < KEY__ATTRIBUTES; i++)
		buf_clear(&table->value[i]);
}

static void
forget(struct key_table *table)
{
	table->others = table->unknown = 0;
	for (size_t i = 0; i < KEY__ATTRIBUTES; i++) {
		buf_reset(&table->value[i]);
		table->given[i] = false;
	}
}

/* How many of the bytes are among the set, or are not. */
static size_t
run(const char *text, size_t len, const char *set, bool among)
{
	size_t n = 0;
	while (n < len &&
	    (text[n] != '\0' && strchr(set, text[n]) != NULL) == among)
		n++;
	return n;
}

/* The length of a name, and in *id which attribute it is, -1 for none. */
static size_t
name_at(const char *text, size_t len, int *id)
{
	size_t n = 0;
	while (
	    n < len && ((text[n] >= 'a' && text[n] <= 'z') || text[n] == '_'))
		n++;
	*id = key_attribute_find(text, n);
	return n;
}

/* Does the text begin with `name=`, or with the word `reserve`? */
static bool
is_attribute(const char *text, size_t len)
{
	int id;
	size_t n = name_at(text, len, &id);
	if (id >= 0 && n < len && text[n] == '=')
		return true;
	return id == KEY_RESERVE &&
	    (n == len || run(text + n, 1, BETWEEN, true) == 1);
}

/* The length of a value without quotes: names of models have commas between
 * them, notes and spreadsheets blanks in them. */
static size_t
value_at(const char *text, size_t len, enum key_attribute id, bool tabs)
{
	size_t n = 0;
	if (tabs) {
		n = run(text, len, "\t", false);
		while (n > 0 && text[n - 1] == ' ')
			n--;
		return n;
	}
	while (n < len && strchr(" \t\v\f;|\"'", text[n]) == NULL) {
		if (text[n] == ',' &&
		    (id != KEY_MODELS ||
			is_attribute(text + n + 1, len - n - 1)))
			break;
		n++;
	}
	return n;
}

/* Take one value; *used: how much of the text that was. */
static const char *
take(struct key_table *table, enum key_attribute id, const char *text,
    size_t len, bool tabs, size_t *used)
{
	size_t n;
	bool quoted = len > 0 && *text == '"';
	if (quoted) {
		n = run(++text, --len, "\"", false);
		*used = n + 1 + (n < len);
	} else
		*used = n = value_at(text, len, id, tabs);

	/* A NUL would hide what is behind it. */
	table->last = id;
	if (n > VALUE_MAX || memchr(text, '\0', n) != NULL)
		return N_("must be a text that is not as long");
	struct buf value;
	buf_init(&value, BUF_SMALL);
	buf_add(&value, text, n);
	buf_reset(&table->value[id]);
	const char *why =
	    key_attribute_read(id, buf_cstr(&value), &table->value[id]);
	table->given[id] = true;
	buf_clear(&value);
	return why;
}

const char *
key_table_read(struct key_table *table, const char *text, size_t len)
{
	bool tabs = memchr(text, '\t', len) != NULL;
	const char *end = text + len;
	const char *why = NULL;
	forget(table);
	text += run(text, len, BETWEEN, true);
	while (why == NULL && text < end) {
		size_t left = (size_t)(end - text);
		size_t used;
		int id;
		size_t n = name_at(text, left, &id);
		bool assigned = n > 0 && n < left && text[n] == '=';
		if (id >= 0 && assigned) {
			why = take(table, (enum key_attribute)id, text + n + 1,
			    left - n - 1, tabs, &used);
			used += n + 1;
		} else if (is_attribute(text, left)) {
			why = take(table, KEY_RESERVE, "on", 2, false, &used);
			used = n;
		} else {
			table->others++;
			table->unknown += assigned;
			used = run(text, left, BETWEEN, false);
		}
		text += used;
		text += run(text, (size_t)(end - text), BETWEEN, true);
	}
	return why;
}
