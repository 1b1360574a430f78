/* The service's caches: loaded at the start, and when they have changed. */
#include "gateway/service.h"

#include <json-c/json.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "gateway/egress.h"
#include "store/cache.h"
#include "store/deadlines.h"
#include "store/hosts.h"
#include "store/models.h"
#include "store/proxies.h"
#include "store/quirks.h"
#include "store/settings.h"
#include "upstream/exchange.h"

/* Which proxies there are, and which of them are down. NULL on failure. */
static struct egress *
load_egress(struct service *s, const struct settings *settings)
{
	struct json_object *down = NULL;
	if (json_count(settings_json(settings, SETTING_ID_PROXIES)) > 0) {
		down = proxies_load(s->db);
		if (down == NULL)
			return NULL;
	}
	struct egress *e = egress_new(settings, &s->master, down);
	json_object_put(down);
	return e;
}

/* Connections by proxies that are not there any more are closed. */
static void
forget_proxies(struct service *s, const struct settings *settings)
{
	if (s->upstream != NULL && s->settings != NULL &&
	    strcmp(settings_text(s->settings, SETTING_ID_PROXIES),
		settings_text(settings, SETTING_ID_PROXIES)) != 0)
		upstream_forget_proxies(s->upstream);
}

/* All of them or none, so that what failed is tried again. The settings first:
 * their version is that of the others too. */
static bool
load(struct service *s)
{
	struct settings *settings = store_settings_load(s->db);
	struct json_object *quirks = settings ? quirks_load(s->db) : NULL;
	struct json_object *names = quirks ? models_names(s->db) : NULL;
	struct json_object *deadlines = names ? deadlines_load(s->db) : NULL;
	struct json_object *tokens =
	    deadlines ? cache_tokens_load(s->db) : NULL;
	bool follows = tokens != NULL && hosts_follow(s->db, &s->master) &&
	    hosts_note(s->db, &s->master);
	struct egress *egress = follows ? load_egress(s, settings) : NULL;
	if (egress == NULL) {
		json_object_put(tokens);
		json_object_put(deadlines);
		json_object_put(quirks);
		json_object_put(names);
		settings_free(settings);
		return false;
	}
	forget_proxies(s, settings);
	service_close(s);
	s->settings = settings;
	s->egress = egress;
	s->quirks = quirks;
	s->deadlines = deadlines;
	s->cache_tokens = tokens;
	if (json_object_object_length(names) > 0)
		s->model_names = names;
	else
		json_object_put(names);
	return true;
}

bool
service_open(struct service *s)
{
	if (load(s))
		return true;
	service_open_closed(s);
	return false;
}

void
service_open_closed(struct service *s)
{
	s->settings = settings_new();
	s->egress = egress_new(NULL, &s->master, NULL);
}

const char *
service_address(const struct service *s)
{
	return s->address[0] == '\0' ? NULL : s->address;
}

bool
service_refresh(struct service *s, int64_t version)
{
	if (version == settings_version(s->settings))
		return false;
	if (load(s))
		return true;
	log_line(
	    LOG_ERROR, "the settings could not be read; the old ones stay");
	return false;
}

void
service_close(struct service *s)
{
	settings_free(s->settings);
	egress_free(s->egress);
	json_object_put(s->quirks);
	json_object_put(s->model_names);
	json_object_put(s->deadlines);
	json_object_put(s->cache_tokens);
	s->settings = NULL;
	s->egress = NULL;
	s->quirks = s->model_names = s->deadlines = s->cache_tokens = NULL;
}
