/* OpenAI's x-ratelimit-* headers. */
#include "gateway/rate_headers.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/setting.h"
#include "gateway/service.h"
#include "protocol/rate_span.h"
#include "web/call.h"

void
rate_note(struct service *s, bool counted, const struct token_rates *rates)
{
	struct rate_state *r = &s->rate;
	r->counted |= counted;
	if (rates->requests.allowed == 0 && rates->tokens.allowed == 0)
		return;
	r->rates = *rates;
	r->at_ms = clock_mono_ms();
}

static void
add(struct service *s, const char *part, const char *of, const char *value)
{
	char name[48];
	snprintf(name, sizeof(name), "x-ratelimit-%s-%s", part, of);
	web_add_header(s->call, name, value);
}

static void
add_rate(struct service *s, const struct token_rate *rate, const char *of)
{
	char number[24];
	struct buf span;
	if (rate->allowed == 0)
		return;
	buf_init(&span, BUF_SMALL);
	rate_span_write(
	    &span, rate->reset_ms - (clock_mono_ms() - s->rate.at_ms));
	snprintf(number, sizeof(number), "%" PRId64, rate->allowed);
	add(s, "limit", of, number);
	snprintf(number, sizeof(number), "%" PRId64, rate->left);
	add(s, "remaining", of, number);
	add(s, "reset", of, buf_cstr(&span));
	buf_clear(&span);
}

void
rate_headers_add(struct service *s)
{
	if (settings_int(s->settings, SETTING_ID_RATE_LIMIT_HEADERS) == 0)
		return;
	add_rate(s, &s->rate.rates.requests, "requests");
	add_rate(s, &s->rate.rates.tokens, "tokens");
}
