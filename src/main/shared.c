/* Installations on shared hosts. */
#include "main/shared.h"

#include <sys/prctl.h>

#include "gateway/service.h"
#include "main/responder.h"
#include "web/call.h"

void
shared_init(struct shared *shared, const char *dir)
{
	/* It was started by its loader, whose name says nothing to who looks at
	 * a list of processes. */
	prctl(PR_SET_NAME, "keywheel.fcgi");
	*shared = (struct shared){.dir = dir};
	buf_init(&shared->conf, BUF_SMALL);
	buf_init(&shared->fault, BUF_SMALL);
	buf_fmt(&shared->conf, "%s/keywheel.conf", dir);
}

void
shared_clear(struct shared *shared)
{
	buf_clear(&shared->conf);
	buf_clear(&shared->fault);
}

bool
shared_configure(
    struct shared *shared, struct bootstrap *b, struct master_key *master)
{
	struct buf why;
	bootstrap_clear(b);
	buf_reset(&shared->fault);
	bool read = bootstrap_read(
	    b, buf_cstr(&shared->conf), shared->dir, &shared->fault);
	shared->install = (struct install){
	    .dir = shared->dir,
	    .conf = buf_cstr(&shared->conf),
	    .conf_fault = read ? NULL : buf_cstr(&shared->fault),
	    .owner_url = b->owner_database_url,
	    .master_file = b->master_key_file,
	    .sql_dir = b->sql_dir,
	};
	buf_init(&why, BUF_SMALL);
	bool ready = read && install_is_done(&shared->install) &&
	    bootstrap_master(b, master, &why);
	buf_clear(&why);
	return ready;
}

bool
shared_serve_closed(
    struct shared *shared, const struct bootstrap *b, int listen_fd, bool cgi)
{
	static const struct master_key nobodys;
	struct service s = responder_make(b, &nobodys, 0);
	service_open_closed(&s);
	s.install = &shared->install;
	s.instead = install_serve_instead;
	s.call = cgi ? web_call_new_cgi() : web_call_new(listen_fd);
	bool came = web_accept(s.call);
	if (came)
		service_serve(&s);
	web_call_free(s.call);
	responder_close(&s);
	return came;
}
