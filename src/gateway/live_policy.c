/* How long a request and each of its attempts may take. */
#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "gateway/live_parts.h"
#include "gateway/service.h"
#include "pool/deadline.h"
#include "web/call.h"

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

/* Bytes of the client's body for a token, as a rule of thumb: whoever reads the
 * measure errs in the same way as who made it. */
#define TOKEN_BYTES 4

/* A number of a list; 0 if it has none there. */
static int64_t
int_at(struct json_object *list, size_t i)
{
	struct json_object *number = json_at(list, i);
	return number == NULL ? 0 : json_object_get_int64(number);
}

/* A setting of whole seconds. */
static int64_t
setting_ms(const struct settings *set, enum setting_id id)
{
	return settings_int(set, id) * 1000;
}

/* The deadlines of one attempt: those that were measured for the model and
 * such prompts, else those of the settings. Where the whole answer comes at
 * once, all the time there is belongs to its first byte. */
static void
set_silences(const struct live *live, struct relay_policy *p)
{
	const struct service *s = live->service;
	const struct settings *set = s->settings;
	const struct deadline_bounds first = {
	    setting_ms(set, SETTING_ID_FIRST_BYTE_FLOOR),
	    setting_ms(set, SETTING_ID_FIRST_BYTE_TIMEOUT)};
	const struct deadline_bounds idle = {
	    setting_ms(set, SETTING_ID_IDLE_FLOOR),
	    setting_ms(set, SETTING_ID_IDLE_TIMEOUT)};
	struct json_object *measured = NULL;
	/* Seconds, which need not be whole. */
	int64_t override_ms = (int64_t)(1000 *
	    json_object_get_double(
		json_get(settings_json(set, SETTING_ID_DEADLINE_OVERRIDES),
		    live->model)));
	char class[8];

	snprintf(class, sizeof(class), "%c%d", live->facts.whole ? 'w' : 's',
	    live->facts.size_class);
	if (override_ms == 0 &&
	    settings_int(set, SETTING_ID_ADAPTIVE_DEADLINES))
		measured = json_get(json_get(s->deadlines, live->model), class);
	p->idle_ms = deadline_in_force(int_at(measured, 1), &idle);
	p->first_byte_ms = live->facts.whole ? p->total_ms
	    : override_ms > 0                ? override_ms
			      : deadline_in_force(int_at(measured, 0), &first);
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
	p->total_ms += live->read_ms;
	live->facts.whole = live->patient || live->fake_stream;
	live->facts.size_class =
	    deadline_class(web_body_size(s->call) / TOKEN_BYTES);
	set_silences(live, p);
	p->heartbeat_ms =
	    settings_int(set,
		live->fake_stream
		    ? SETTING_ID_FAKE_STREAM_EMPTY_DATA_INTERVAL_SECONDS
		    : SETTING_ID_HEARTBEAT_AFTER) *
	    1000;
	p->retry_after_max_s =
	    (int)settings_int(set, SETTING_ID_RETRY_AFTER_MAX);
	p->max_answer = settings_bytes(set, SETTING_ID_MAX_ANSWER_MB);
}
