/* Rows out of a MySQL dump: its statements. */
#include "base/dump.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/dump_parts.h"
#include "base/text.h"

void
dump_refuse(struct dump *d, int line, const char *format, ...)
{
	va_list args;
	if (d->why.len > 0)
		return;
	buf_fmt(&d->why, "line %d: ", line);
	va_start(args, format);
	buf_vfmt(&d->why, format, args);
	va_end(args);
}

/* --- words --------------------------------------------------------------- */

static bool
is_word(const struct dump_token *t, const char *word)
{
	return t->kind == DUMP_WORD && text_same(t->text, word);
}

static bool
is_among(const struct dump_token *t, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_word(t, words[i]))
			return true;
	return false;
}

static bool
is_sign(const struct dump_token *t, char sign)
{
	return t->kind == DUMP_SIGN && t->sign == sign;
}

/* Also in double quotes, as the mode ANSI has them. */
static bool
is_name(const struct dump_token *t)
{
	return t->kind == DUMP_WORD || t->kind == DUMP_NAME ||
	    (t->kind == DUMP_STRING && t->sign == '"');
}

static void
keep_name(struct buf *name, const struct dump_token *t)
{
	buf_reset(name);
	buf_add(name, t->text, t->len);
}

/* --- columns ------------------------------------------------------------- */

static void
add_column(struct dump *d, const struct dump_token *t)
{
	const char *const *names = d->tables[d->table].columns;
	struct dump_columns *c = &d->columns;
	int wanted = -1;
	if (c->n == DUMP_MAX_COLUMNS) {
		dump_refuse(d, t->line, "table %s has more than %d columns",
		    d->tables[d->table].name, DUMP_MAX_COLUMNS);
		return;
	}
	for (int i = 0; i < DUMP_MAX_COLUMNS && names[i] != NULL; i++)
		if (text_same(names[i], t->text))
			wanted = i;
	c->wanted[c->n++] = wanted;
}

void
dump_skip(struct dump *d, const struct dump_token *t)
{
	(void)d, (void)t;
}

/* What begins an element of CREATE TABLE that is no column. */
static bool
is_column(const struct dump_token *t)
{
	static const char *const others[] = {"PRIMARY", "UNIQUE", "KEY",
	    "INDEX", "CONSTRAINT", "FOREIGN", "FULLTEXT", "SPATIAL", "CHECK",
	    "PERIOD"};
	return is_name(t) && !is_among(t, others, COUNT_OF(others));
}

static void in_element(struct dump *d, const struct dump_token *t);

static void
first_of_element(struct dump *d, const struct dump_token *t)
{
	d->step = in_element;
	if (is_column(t))
		add_column(d, t);
	else
		in_element(d, t);
}

static void
in_element(struct dump *d, const struct dump_token *t)
{
	if (is_sign(t, '('))
		d->depth++;
	else if (is_sign(t, ')'))
		d->depth--;
	else if (is_sign(t, ',') && d->depth == 1)
		d->step = first_of_element;
	if (d->depth == 0) {
		d->declared[d->table] = d->columns;
		d->step = dump_skip;
	}
}

static void
before_values(struct dump *d, const struct dump_token *t)
{
	static const char *const words[] = {"VALUES", "VALUE"};
	if (is_among(t, words, COUNT_OF(words)))
		d->step = dump_before_row;
	else
		dump_refuse(d, t->line,
		    "an INSERT into %s that has no VALUES cannot be read",
		    d->tables[d->table].name);
}

static void
in_list(struct dump *d, const struct dump_token *t)
{
	if (is_sign(t, ')'))
		d->step = before_values;
	else if (is_name(t))
		add_column(d, t);
}

/* --- tables -------------------------------------------------------------- */

static void
begin_table(struct dump *d, const struct dump_token *t)
{
	d->columns.n = 0;
	if (d->declares) {
		d->depth = 1;
		d->step = is_sign(t, '(') ? first_of_element : dump_skip;
	} else if (is_sign(t, '(')) {
		d->step = in_list;
	} else {
		d->columns = d->declared[d->table];
		if (d->columns.n == 0)
			dump_refuse(d, t->line,
			    "there is no CREATE TABLE %s before this INSERT, "
			    "which does not name its columns",
			    d->tables[d->table].name);
		before_values(d, t);
	}
}

static void table_name(struct dump *d, const struct dump_token *t);

static void
after_name(struct dump *d, const struct dump_token *t)
{
	if (is_sign(t, '.')) {
		keep_name(&d->owner,
		    &(struct dump_token){
			.text = buf_cstr(&d->name), .len = d->name.len});
		d->step = table_name;
		return;
	}
	d->step = dump_skip;
	for (d->table = 0; d->table < d->n_tables; d->table++)
		if (text_same(d->tables[d->table].name, buf_cstr(&d->name))) {
			begin_table(d, t);
			return;
		}
}

static void
table_name(struct dump *d, const struct dump_token *t)
{
	d->step = is_name(t) ? after_name : dump_skip;
	keep_name(&d->name, t);
}

/* --- statements ---------------------------------------------------------- */

static void
after_insert(struct dump *d, const struct dump_token *t)
{
	static const char *const between[] = {
	    "INTO", "IGNORE", "LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED"};
	if (!is_among(t, between, COUNT_OF(between)))
		table_name(d, t);
}

static void
after_create(struct dump *d, const struct dump_token *t)
{
	static const char *const before[] = {"OR", "REPLACE", "TEMPORARY"};
	static const char *const between[] = {"IF", "NOT", "EXISTS"};
	if (is_word(t, "TABLE"))
		d->declares = true;
	else if (!d->declares && !is_among(t, before, COUNT_OF(before)))
		d->step = dump_skip;
	else if (d->declares && !is_among(t, between, COUNT_OF(between)))
		table_name(d, t);
}

static void
after_use(struct dump *d, const struct dump_token *t)
{
	keep_name(&d->database, t);
	d->step = dump_skip;
}

static void
first_word(struct dump *d, const struct dump_token *t)
{
	static const struct {
		const char *word;
		dump_step_fn *step;
	} rows[] = {
	    {"INSERT", after_insert},
	    {"REPLACE", after_insert},
	    {"CREATE", after_create},
	    {"USE", after_use},
	};
	d->step = dump_skip;
	d->declares = false;
	keep_name(&d->owner,
	    &(struct dump_token){
		.text = buf_cstr(&d->database), .len = d->database.len});
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (is_word(t, rows[i].word))
			d->step = rows[i].step;
}

/* The programs say which they are in the first line, and in the last that they
 * have come to the end. */
static void
take_remark(struct dump *d, const struct dump_token *t)
{
	if (text_starts(t->text, " MySQL dump ") ||
	    text_starts(t->text, " MariaDB dump ")) {
		d->headed = true;
		d->whole = false;
	} else if (text_starts(t->text, " Dump completed"))
		d->whole = true;
}

static bool
take(void *ctx, const struct dump_token *t)
{
	struct dump *d = ctx;
	if (t->kind == DUMP_REMARK) {
		take_remark(d, t);
		return true;
	}
	if (t->kind != DUMP_END)
		d->step(d, t);
	else if (d->step == dump_in_value)
		dump_refuse(d, t->line, "a statement ends within a row");
	else
		d->step = first_word;
	return d->why.len == 0 && !d->stopped;
}

/* --- all ----------------------------------------------------------------- */

void
dump_init(struct dump *d, const struct dump_table *tables, size_t n,
    dump_fn *fn, void *ctx)
{
	*d = (struct dump){.tables = tables,
	    .n_tables = n,
	    .fn = fn,
	    .ctx = ctx,
	    .step = first_word,
	    .declared = calloc(n, sizeof(*d->declared))};
	if (d->declared == NULL)
		abort();
	dump_lexer_init(&d->lexer, take, d);
	buf_init(&d->why, BUF_SMALL);
	buf_init(&d->database, BUF_SMALL);
	buf_init(&d->name, BUF_SMALL);
	buf_init(&d->owner, BUF_SMALL);
	for (size_t i = 0; i < DUMP_MAX_COLUMNS; i++)
		buf_init(&d->text[i], DUMP_MAX_VALUE);
}

void
dump_clear(struct dump *d)
{
	for (size_t i = 0; i < DUMP_MAX_COLUMNS; i++)
		buf_clear(&d->text[i]);
	buf_clear(&d->owner);
	buf_clear(&d->name);
	buf_clear(&d->database);
	buf_clear(&d->why);
	dump_lexer_clear(&d->lexer);
	free(d->declared);
}

bool
dump_feed(struct dump *d, const char *bytes, size_t len)
{
	return dump_lexer_feed(&d->lexer, bytes, len);
}

bool
dump_end(struct dump *d)
{
	enum dump_lexer_end end = dump_lexer_end(&d->lexer);
	if (end == DUMP_LEXER_STOPPED)
		return false;
	if (end == DUMP_LEXER_OPEN || d->step != first_word)
		dump_refuse(d, d->lexer.line,
		    "the file ends in the middle of a statement");
	else if (d->headed && !d->whole)
		dump_refuse(d, d->lexer.line,
		    "the file is cut off: the last line, `-- Dump completed`, "
		    "is not there");
	return d->why.len == 0;
}
