/* Rows out of a MySQL dump: the values. */
#include "base/dump_parts.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

/* Which of the columns that are looked for comes now; -1: none. */
static int
wanted(const struct dump *d)
{
	return d->column < d->columns.n ? d->columns.wanted[d->column] : -1;
}

/* The next value is read; d->lexer keeps what is wanted of it. */
static void
begin_value(struct dump *d)
{
	d->depth = 0;
	d->prefix = '\0';
	d->lexer.keep = wanted(d) >= 0 ? DUMP_MAX_VALUE : 0;
}

void
dump_before_row(struct dump *d, const struct dump_token *t)
{
	char sign = t->kind == DUMP_SIGN ? t->sign : '\0';
	/* Behind them may be ON DUPLICATE KEY UPDATE. */
	if (sign != '(') {
		d->step = sign == ',' ? dump_before_row : dump_skip;
		return;
	}
	memset(d->value, 0, sizeof(d->value));
	d->line = t->line;
	d->column = 0;
	d->step = dump_in_value;
	begin_value(d);
}

static void
end_row(struct dump *d, int line)
{
	struct dump_row row = {.table = d->table,
	    .database = buf_cstr(&d->owner),
	    .line = d->line,
	    .values = d->value};
	d->step = dump_before_row;
	d->lexer.keep = 0;
	if (d->column + 1 != d->columns.n)
		dump_refuse(d, line,
		    "a row of %s has %zu values for %zu "
		    "columns",
		    d->tables[d->table].name, d->column + 1, d->columns.n);
	else
		d->stopped = !d->fn(d->ctx, &row);
}

/* --- literals ------------------------------------------------------------ */

static void
no_literal(struct dump *d, int line)
{
	dump_refuse(d, line, "the value of %s in a row of %s cannot be read",
	    d->tables[d->table].columns[wanted(d)], d->tables[d->table].name);
}

static void
too_long(struct dump *d, int line)
{
	dump_refuse(d, line, "a value of %s is longer than %zu MB",
	    d->tables[d->table].name, DUMP_MAX_VALUE >> 20);
}

/* Strings beside each other are one. */
static void
add_text(struct dump *d, const char *text, size_t len, int line)
{
	int i = wanted(d);
	struct buf *b = &d->text[i];
	if (d->value[i].text == NULL)
		buf_reset(b);
	buf_add(b, text, len);
	if (!buf_ok(b))
		too_long(d, line);
	d->value[i] = (struct dump_value){.text = buf_cstr(b), .len = b->len};
}

static void
add_hex(struct dump *d, const char *hex, size_t len, int line)
{
	struct buf digits;
	buf_init(&digits, 2 * DUMP_MAX_VALUE);
	for (size_t i = 0; i + 1 < len; i += 2) {
		char two[3] = {hex[i], hex[i + 1], '\0'};
		uint8_t byte = 0;
		if (text_unhex(two, &byte, 1) != 1)
			break;
		buf_byte(&digits, (char)byte);
	}
	if (len % 2 != 0 || digits.len != len / 2)
		no_literal(d, line);
	else
		add_text(d, buf_cstr(&digits), digits.len, line);
	buf_clear(&digits);
}

static bool
is_number(const char *text)
{
	return (*text >= '0' && *text <= '9') || *text == '-';
}

static void
add_word(struct dump *d, const struct dump_token *t)
{
	char first = *t->text;
	if (text_same(t->text, "NULL") || first == '_')
		return; /* or the name of a character set */
	if (text_starts(t->text, "0x"))
		add_hex(d, t->text + 2, t->len - 2, t->line);
	else if (is_number(t->text))
		add_text(d, t->text, t->len, t->line);
	else if (text_same(t->text, "TRUE") || text_same(t->text, "FALSE"))
		add_text(d, text_same(t->text, "TRUE") ? "1" : "0", 1, t->line);
	else if (text_same(t->text, "x") || text_same(t->text, "n"))
		d->prefix = first;
	else
		no_literal(d, t->line);
}

static void
add_literal(struct dump *d, const struct dump_token *t)
{
	if (t->cut)
		too_long(d, t->line);
	else if (t->kind == DUMP_WORD)
		add_word(d, t);
	else if (t->kind != DUMP_STRING)
		no_literal(d, t->line);
	else if (d->prefix == 'x' || d->prefix == 'X')
		add_hex(d, t->text, t->len, t->line);
	else
		add_text(d, t->text, t->len, t->line);
}

void
dump_in_value(struct dump *d, const struct dump_token *t)
{
	char sign = t->kind == DUMP_SIGN ? t->sign : '\0';
	if (d->depth == 0 && sign == ',') {
		d->column++;
		begin_value(d);
	} else if (d->depth == 0 && sign == ')')
		end_row(d, t->line);
	else if (wanted(d) >= 0)
		add_literal(d, t);
	else
		d->depth += (sign == '(') - (sign == ')');
}
