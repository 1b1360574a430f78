/*
 * What may be said of a token besides its secret: on the command line, and in
 * the forms of its pages.
 */
#ifndef KEYWHEEL_POOL_TOKEN_RULE_H
#define KEYWHEEL_POOL_TOKEN_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct json_object;

enum token_rule {
	TOKEN_NAME,      /* 1 to 100 bytes of one line */
	TOKEN_NOTE,      /* at most 300 bytes of one line */
	TOKEN_EXPIRES,   /* 2026-12-31 (the end of that day), 2026-12-31 18:00
			    (UTC), 30d, 12h; "" or never: not at all */
	TOKEN_MODELS,    /* names, or beginnings with *; "" or all: all */
	TOKEN_ADDRESSES, /* IPv4 or IPv6, maybe with /BITS; "" or all: all */
	/* Whole numbers from 1 on; "" or none: no limit. */
	TOKEN_REQUESTS_MINUTE,
	TOKEN_REQUESTS_DAY,
	TOKEN_TOKENS_MINUTE,
	TOKEN_TOKENS_DAY,
	TOKEN_CONCURRENT, /* at most a million */
	TOKEN_BUDGET,     /* 20 USD, 0.5EUR: two members, the second with
			     _currency behind its name; "" or none: none */
	TOKEN_SHADOW,     /* 1, on, or 0, off, "" */
	TOKEN__RULES
};

/* Its member in what keywheel.put_token_rules() takes, and its field in
 * forms. */
const char *token_rule_member(enum token_rule rule);

/* Read a text and set that member of rules. Lists may have blanks, commas and
 * new lines between. now_s: the time, for spans. False: it is none. */
MUSTCHECK bool token_rule_read(enum token_rule rule, const char *text,
    int64_t now_s, struct json_object *rules);

#endif
