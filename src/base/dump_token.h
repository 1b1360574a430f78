/*
 * The words of a MySQL dump (mysqldump, mariadb-dump, phpMyAdmin), out of bytes
 * that come in pieces cut anywhere. Nothing is run. Memory is bounded: of each
 * token only so much is kept as is asked for.
 *
 * Comments are passed over, those with an exclamation mark too, which servers
 * of some versions run: dumps have nothing in them that is looked for here. So
 * are routines, which stand under a DELIMITER of their own.
 * https://dev.mysql.com/doc/refman/8.4/en/string-literals.html
 */
#ifndef KEYWHEEL_BASE_DUMP_TOKEN_H
#define KEYWHEEL_BASE_DUMP_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

enum dump_kind {
	DUMP_WORD,   /* a name or number without quotes, a keyword */
	DUMP_NAME,   /* in backquotes, which are off */
	DUMP_STRING, /* in quotes, single or double; escapes are resolved */
	DUMP_SIGN,   /* one character: ( ) , . = … */
	DUMP_END,    /* the semicolon of a statement */
	DUMP_REMARK, /* a comment up to the end of its line */
};

/* Valid during the call. */
struct dump_token {
	enum dump_kind kind;
	char sign; /* of a SIGN; of a STRING its quote */
	bool cut;  /* text is not all of it */
	int line;  /* that it begins on, from 1 */
	const char *text;
	size_t len;
};

/* False stops. */
typedef bool dump_token_fn(void *ctx, const struct dump_token *token);

struct dump_lexer;
typedef bool dump_state_fn(struct dump_lexer *l, char c);

struct dump_lexer {
	/* How many bytes are kept of a token, but 256 at least; fn may set it
	 * for the next one. */
	size_t keep;
	dump_token_fn *fn;
	void *ctx;

	dump_state_fn *state;
	struct buf text;
	struct dump_token token;
	int line;
	bool begun; /* a statement: it has a token */
};

void dump_lexer_init(struct dump_lexer *l, dump_token_fn *fn, void *ctx);
void dump_lexer_clear(struct dump_lexer *l);

/* False if fn has stopped it. */
MUSTCHECK bool dump_lexer_feed(
    struct dump_lexer *l, const char *bytes, size_t len);

enum dump_lexer_end {
	DUMP_LEXER_DONE,
	DUMP_LEXER_STOPPED, /* by fn */
	DUMP_LEXER_OPEN,    /* within a string or a comment */
};

/* The end of the input. */
enum dump_lexer_end dump_lexer_end(struct dump_lexer *l);

#endif
