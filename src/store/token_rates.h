/* What is left of a token's limits of requests and tokens, as clients are told
 * of it (keywheel.token_rates). */
#ifndef KEYWHEEL_STORE_TOKEN_RATES_H
#define KEYWHEEL_STORE_TOKEN_RATES_H

#include <stdint.h>

struct token_rate {
	int64_t allowed; /* 0: there is no such limit */
	int64_t left;
	int64_t reset_ms; /* until all of it is back */
};

struct token_rates {
	struct token_rate requests, tokens;
};

/* Read the array of numbers that the database writes, {60,59,61000,NULL,…};
 * NULL: no limits. */
void token_rates_read(const char *text, struct token_rates *rates);

#endif
