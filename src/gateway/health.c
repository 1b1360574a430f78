/* GET /health: the process and its database, honestly. */
#include "base/buf.h"
#include "gateway/endpoint.h"
#include "gateway/respond.h"
#include "gateway/service.h"
#include "store/requests.h"

static void
serve(struct service *s, const struct route_match *match)
{
	struct health health = {0};
	struct buf body;
	(void)match;
	buf_init(&body, BUF_SMALL);
	bool ok = requests_health(s->db, &health);
	if (ok)
		buf_fmt(&body,
		    "{\"status\":\"ok\",\"database\":\"ok\","
		    "\"schema\":%d,\"keys_active\":%lld,\"keys\":%lld}\n",
		    health.schema_version, (long long)health.keys_active,
		    (long long)health.keys_all);
	else
		buf_str(&body,
		    "{\"status\":\"failing\","
		    "\"database\":\"out of reach\"}\n");
	respond_body(s, ok ? 200 : 503, "application/json; charset=utf-8",
	    buf_cstr(&body), body.len);
	buf_clear(&body);
}

const struct endpoint endpoint_health = {DIALECT_OPENAI, serve};
