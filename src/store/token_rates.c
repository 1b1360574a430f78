/* Reading what is left of limits. */
#include "store/token_rates.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The next number behind a brace or comma; 0 for NULL. */
static int64_t
next_number(const char **at)
{
	if (**at == '\0')
		return 0;
	int64_t n = strtoll(++*at, NULL, 10);
	*at += strcspn(*at, ",}");
	return n;
}

static void
read_one(const char **at, struct token_rate *rate)
{
	rate->allowed = next_number(at);
	rate->left = next_number(at);
	rate->reset_ms = next_number(at);
}

void
token_rates_read(const char *text, struct token_rates *rates)
{
	*rates = (struct token_rates){0};
	if (text == NULL)
		return;
	read_one(&text, &rates->requests);
	read_one(&text, &rates->tokens);
}
