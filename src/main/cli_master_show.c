/* `keywheel master-key`: which master keys there are, and what they seal. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "main/master_change.h"
#include "store/hosts.h"

const char *
change_next(const struct change *c)
{
	if (!change_has_new(c))
		return "`keywheel master-key add` begins to change it";
	if (!change_has_turned(c))
		return "copy the file to every host, then run `keywheel "
		       "master-key rotate`";
	if (sealed_left(c->count) > 0)
		return "run `keywheel master-key rotate` again";
	return "run `keywheel master-key finish`, then copy the file to every "
	       "host";
}

static struct json_object *
counts_json(const struct change *c)
{
	struct json_object *all = json_object_new_object();
	for (int i = 0; i < SEALED__KINDS; i++) {
		struct json_object *o = json_object_new_object();
		json_set_int(o, "right", c->count[i].right);
		json_set_int(o, "other", c->count[i].other);
		json_set_int(o, "lost", c->count[i].lost);
		json_set(all, sealed_word((enum sealed_kind)i), o);
	}
	return all;
}

static void
say_json(const struct change *c, struct json_object *hosts)
{
	struct json_object *o = json_object_new_object();
	struct json_object *keys = json_object_new_array();
	for (size_t i = 0; i < master_ring_count(c->ring); i++)
		json_object_array_add(
		    keys, json_object_new_string(master_ring_id(c->ring, i)));
	json_set(o, "keys", keys);
	json_set_text(o, "seals", c->sealing);
	json_set(o, "sealed", counts_json(c));
	if (hosts != NULL)
		json_set(o, "hosts", hosts);
	json_set_text(o, "next", change_next(c));
	cli_say_json(o);
}

static void
say_counts(const struct change *c)
{
	for (int i = 0; i < SEALED__KINDS; i++)
		printf("%-8s %lld sealed with it, %lld with another, %lld that "
		       "no key of the file opens\n",
		    sealed_word((enum sealed_kind)i),
		    (long long)c->count[i].right, (long long)c->count[i].other,
		    (long long)c->count[i].lost);
}

static void
say_hosts(struct json_object *hosts)
{
	for (size_t i = 0; i < json_count(hosts); i++) {
		struct json_object *host = json_at(hosts, i);
		const char *name = json_get_text(host, "host");
		if (name == NULL || *name == '\0') {
			printf("host     of an older version\n");
			continue;
		}
		struct json_object *keys = json_get(host, "keys");
		printf("host     %s has", name);
		for (size_t j = 0; j < json_count(keys); j++)
			printf(" %s", json_object_get_string(json_at(keys, j)));
		putchar('\n');
	}
}

void
change_say(const struct change *c, struct json_object *hosts)
{
	if (c->cli->json) {
		say_json(c, hosts);
		return;
	}
	for (size_t i = 0; i < master_ring_count(c->ring); i++) {
		const char *id = master_ring_id(c->ring, i);
		printf("key      %s%s\n", id,
		    strcmp(id, c->sealing) == 0 ? " seals" : "");
	}
	say_hosts(hosts);
	say_counts(c);
	printf("next     %s\n", change_next(c));
	json_object_put(hosts);
}

int
cli_master_key_show(struct cli *cli)
{
	struct change c;
	int status = CLI_FAILED;
	if (change_begin(&c, cli) && change_look(&c, false)) {
		struct json_object *hosts = hosts_list(c.db);
		if (hosts == NULL)
			change_failed(&c);
		else {
			change_say(&c, hosts);
			status = CLI_DONE;
		}
	}
	change_end(&c);
	return status;
}
