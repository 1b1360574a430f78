/*
 * GET /metrics: the account, and how things stand, in Prometheus's text format.
 *
 * A scrape is told apart from a failure of the gateway: where the database is
 * out of reach it still succeeds, with keywheel_database_up 0, so that
 * Prometheus' own `up` speaks of the responder alone.
 */
#include <json-c/json.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/network.h"
#include "base/version.h"
#include "gateway/access.h"
#include "gateway/endpoint.h"
#include "gateway/metrics_table.h"
#include "gateway/respond.h"
#include "gateway/service.h"
#include "store/db.h"
#include "store/metrics.h"
#include "store/tokens.h"
#include "web/call.h"

/* Some thousand lines at most. */
#define MAX_BYTES ((size_t)8 * 1024 * 1024)

/* Plain text for whoever looks; no page of another site may read it, also
 * where the address is enough. */
static void
answer(struct service *s, int status, const char *body, size_t len)
{
	web_start(s->call, status);
	web_add_header(s->call, "Content-Type",
	    status == 200 ? PROMETHEUS_CONTENT_TYPE
			  : "text/plain; charset=utf-8");
	web_add_header(s->call, "x-request-id", s->request_id);
	web_add_header(s->call, "Cache-Control", "no-store");
	web_add_header(s->call, "X-Content-Type-Options", "nosniff");
	if (status == 401)
		web_add_header(
		    s->call, "WWW-Authenticate", "Bearer realm=\"metrics\"");
	respond_rest(s, body, len);
}

static bool
is_address_listed(const struct service *s)
{
	struct json_object *list =
	    settings_json(s->settings, SETTING_ID_METRICS_ADDRESSES);
	for (size_t i = 0; i < json_count(list); i++)
		if (network_has(
			json_object_get_string(json_at(list, i)), s->address))
			return true;
	return false;
}

/* Hashes are compared: how long that takes tells nothing of the token. */
static bool
is_metrics_token(const struct service *s, const uint8_t hash[CRYPT_HASH_SIZE])
{
	uint8_t ours[CRYPT_HASH_SIZE];
	const char *token =
	    settings_text(s->settings, SETTING_ID_METRICS_TOKEN);
	if (*token == '\0')
		return false;
	crypt_hash(&s->master, token, strlen(token), ours);
	return memcmp(ours, hash, sizeof(ours)) == 0;
}

/* What is to be answered if not metrics; NULL: they may be had. The question
 * whose token it is also tells which settings are in force; where it has no
 * answer, those that are known are. */
static const char *
refusal(struct service *s, int *status, bool *asked)
{
	uint8_t hash[CRYPT_HASH_SIZE] = {0};
	struct api_error error = {0};
	struct token token = {0};
	bool given = access_take(s, hash, &error);
	api_error_clear(&error);
	const struct token_question question = {
	    .hash = hash,
	    .address = service_address(s),
	    .responder = s->responder,
	};
	*asked = tokens_check(s->db, &question, &token);
	json_object_put(token.models);
	if (*asked)
		service_refresh(s, token.settings_version);
	if (is_address_listed(s) || (given && is_metrics_token(s, hash)) ||
	    (*asked && token.token_id != 0 && token.admin))
		return NULL;
	if (given && !*asked) {
		*status = 503;
		return "The database does not answer, so nobody knows whose "
		       "token that is. METRICS_TOKEN works without it.\n";
	}
	if (token.whose != 0) {
		*status = 403;
		return "This token may not read the metrics. Send "
		       "METRICS_TOKEN or the administrator's.\n";
	}
	*status = 401;
	return "Send METRICS_TOKEN, or the administrator's token, in "
	       "Authorization (Bearer); or name this address in "
	       "METRICS_ADDRESSES.\n";
}

/* What the database tells, or nothing, and what we know ourselves. One that has
 * just not answered (there is false) is not waited for once more. */
static struct json_object *
collect(struct service *s, bool there)
{
	struct json_object *data = there ? metrics_load(s->db) : NULL;
	struct json_object *build = json_object_new_object();
	struct json_object *builds = json_object_new_array();
	bool up = data != NULL;
	if (!up) {
		log_request(LOG_WARNING, s->request_id, "no metrics: %s",
		    db_error(s->db));
		data = json_object_new_object();
	}
	json_set_text(build, "version", KEYWHEEL_VERSION);
	json_set_int(build, "value", 1);
	json_object_array_add(builds, build);
	json_set(data, "build_info", builds);
	json_set_int(data, "database_up", up);
	return data;
}

static void
serve(struct service *s, const struct route_match *match)
{
	int status = 200;
	bool there;
	const char *why = refusal(s, &status, &there);
	(void)match;
	if (why != NULL) {
		answer(s, status, why, strlen(why));
		return;
	}
	struct buf body;
	buf_init(&body, MAX_BYTES);
	struct json_object *data = collect(s, there);
	metrics_write(data, &body);
	json_object_put(data);
	answer(s, buf_ok(&body) ? 200 : 500, buf_cstr(&body), body.len);
	buf_clear(&body);
}

const struct endpoint endpoint_metrics = {DIALECT_OPENAI, serve};
