/* How long a request and each of its attempts may take. */
#include "base/text.h"
#include "gateway/live_parts.h"
#include "gateway/service.h"
#include "web/call.h"

#define MB ((size_t)1024 * 1024)

/* The client's own deadline, where its SDK tells it (contract 7.2). */
static int64_t
client_deadline_ms(struct service *s, int64_t ours)
{
	static const char *const names[] = {
	    "x-stainless-timeout", "x-server-timeout"};
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *value = web_header(s->call, names[i]);
		int64_t seconds;
		if (value != NULL && text_to_int(value, 1, 86400, &seconds) &&
		    seconds * 1000 < ours)
			ours = seconds * 1000;
	}
	return ours;
}

void
live_set_policy(struct live *live)
{
	struct service *s = live->service;
	const struct settings *set = s->settings;
	struct relay_policy *p = &live->policy;

	p->max_retries = (int)settings_int(set, SETTING_ID_MAX_RETRIES);
	p->max_failures = (int)settings_int(set, SETTING_ID_MAX_FAILURES);
	p->total_ms = client_deadline_ms(
	    s, settings_int(set, SETTING_ID_TIME_OUT) * 1000);
	if (live->limit_ms > 0 && live->limit_ms < p->total_ms)
		p->total_ms = live->limit_ms;
	p->first_byte_ms = live->patient || live->fake_stream
	    ? p->total_ms
	    : settings_int(set, SETTING_ID_FIRST_BYTE_TIMEOUT) * 1000;
	p->idle_ms = settings_int(set, SETTING_ID_IDLE_TIMEOUT) * 1000;
	p->heartbeat_ms =
	    settings_int(set,
		live->fake_stream
		    ? SETTING_ID_FAKE_STREAM_EMPTY_DATA_INTERVAL_SECONDS
		    : SETTING_ID_HEARTBEAT_AFTER) *
	    1000;
	p->retry_after_max_s =
	    (int)settings_int(set, SETTING_ID_RETRY_AFTER_MAX);
	p->max_answer =
	    (size_t)settings_int(set, SETTING_ID_MAX_ANSWER_MB) * MB;
}
