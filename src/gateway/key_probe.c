/* Trying keys. */
#include "gateway/key_probe.h"

#include "base/setting.h"
#include "gateway/verdict_json.h"
#include "protocol/model_name.h"

static const char body[] =
    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}],"
    "\"generationConfig\":{\"maxOutputTokens\":1}}";

void
key_probe_run(const struct direct *way, struct key_probe *probes, int n)
{
	struct direct_call calls[EXCHANGE_LANES];
	const char *model = model_name_clean(
	    settings_text(way->settings, SETTING_ID_TEST_MODEL));
	struct buf path;
	buf_init(&path, BUF_SMALL);
	buf_fmt(
	    &path, "/models/%s:generateContent", model != NULL ? model : "-");
	for (int i = 0; i < n; i++)
		calls[i] = (struct direct_call){
		    .pool = probes[i].pool,
		    .secret = probes[i].secret,
		    .scope = probes[i].scope,
		    .path = buf_cstr(&path),
		    .body = body,
		};
	direct_run(way, calls, n);
	for (int i = 0; i < n; i++) {
		probes[i].verdict = calls[i].verdict;
		probes[i].finding = heal_judge(&calls[i].verdict);
		probes[i].stopped = calls[i].end == ATTEMPT_CLIENT_GONE;
		buf_init(&probes[i].evidence, BUF_SMALL);
		buf_join(&probes[i].evidence, &calls[i].evidence);
		direct_clear(&calls[i]);
	}
	buf_clear(&path);
}

void
key_probe_clear(struct key_probe *probe)
{
	buf_clear(&probe->evidence);
}

struct json_object *
key_probe_rest(const struct key_probe *probe, int64_t key_id, int64_t wall_ms)
{
	return probe->finding == HEAL_SPENT
	    ? verdict_json(
		  &probe->verdict, key_id, buf_cstr(&probe->evidence), wall_ms)
	    : NULL;
}
