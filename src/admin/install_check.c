/* What could be in the way of an installation. */
#include "admin/install_check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/install.h"
#include "base/attr.h"
#include "base/crypt.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/file_guard.h"
#include "gateway/service.h"
#include "store/db.h"
#include "web/call.h"

enum level { GOOD, WARN, BAD };

struct finding {
	enum level level;
	const char *text, *hint; /* messages; hint may be NULL */
};

struct looking {
	struct service *s;
	const struct install *install;
	struct db *db;
	struct install_look *look;
	struct buf detail; /* plain text for the finding */
};

/* --- the folder ----------------------------------------------------------- */

static struct finding
look_at_conf(struct looking *l)
{
	if (l->install->conf_fault == NULL)
		return (struct finding){
		    GOOD, N_("keywheel.conf can be read."), NULL};
	buf_str(&l->detail, l->install->conf_fault);
	return (struct finding){BAD, N_("keywheel.conf cannot be used."),
	    N_("Correct that line and upload the file again.")};
}

static struct finding
look_at_folder(struct looking *l)
{
	if (access(l->install->dir, W_OK | X_OK) == 0)
		return (struct finding){
		    GOOD, N_("The folder can be written."), NULL};
	buf_str(&l->detail, l->install->dir);
	return (struct finding){BAD,
	    N_("keywheel may not write into its folder."),
	    N_("The program runs as another user than the one who uploads "
	       "files. Give everybody the right to write into this folder "
	       "(mode 777) until the installation is done, then take it "
	       "back (711).")};
}

/* Other customers of the host must not read it. It is ours as a rule: then it
 * is made so. */
static struct finding
look_at_mode(struct looking *l)
{
	struct stat st;
	int fd = open(l->install->conf, O_RDONLY | O_CLOEXEC);
	bool known = fd >= 0 && fstat(fd, &st) == 0;
	bool tight = known && (st.st_mode & 077) == 0;
	if (known && !tight && st.st_uid == geteuid())
		tight = fchmod(fd, 0600) == 0;
	if (fd >= 0)
		close(fd);
	if (tight || !known)
		return (struct finding){GOOD,
		    N_("No other user of this host can read keywheel.conf."),
		    NULL};
	return (struct finding){WARN,
	    N_("Other users of this host may be able to read keywheel.conf."),
	    N_("The program runs as another user than the one who uploads "
	       "files, so it cannot change that. Ask the host whether the "
	       "folders of its customers are closed to each other.")};
}

static struct finding
look_at_guard(struct looking *l)
{
	switch (file_guard_try(l->s, l->install->conf, &l->detail)) {
	case FILE_GUARD_CLOSED:
		return (struct finding){GOOD,
		    N_("keywheel.conf cannot be fetched by a browser."), NULL};
	case FILE_GUARD_OPEN:
		return (struct finding){BAD,
		    N_("Anybody can read keywheel.conf with a browser!"),
		    N_("The file .htaccess in its folder has no effect here. "
		       "Move the folder out of the web space, or ask the host "
		       "to allow .htaccess; then change the database's "
		       "password, which may be known.")};
	default:
		return (struct finding){WARN,
		    N_("It could not be tried whether a browser can fetch "
		       "keywheel.conf."),
		    N_("Open this address: you must be refused. If you see "
		       "the file, go no further.")};
	}
}

/* --- the database --------------------------------------------------------- */

static struct finding
look_at_database(struct looking *l)
{
	bool there = l->db != NULL && db_connect(l->db) &&
	    store_install_look(l->db, &l->look->facts);
	if (there)
		return (struct finding){
		    GOOD, N_("The database answers."), NULL};
	if (l->db != NULL)
		buf_str(&l->detail, db_error(l->db));
	return (struct finding){BAD, N_("The database cannot be used."),
	    N_("Compare DATABASE_URL in keywheel.conf with what the host "
	       "tells: name of the server, port, user, password, name of the "
	       "database. In a password, each of @ : / ? # % and blanks must "
	       "be written as % and two digits; @ is %40, for one.")};
}

static struct finding
look_at_version(struct looking *l)
{
	buf_fmt(&l->detail, "PostgreSQL %d.%d", l->look->facts.version / 10000,
	    l->look->facts.version % 10000);
	if (l->look->facts.version >= INSTALL_LEAST_VERSION)
		return (struct finding){
		    GOOD, N_("The database is new enough."), NULL};
	return (struct finding){BAD, N_("The database is too old."),
	    N_("keywheel needs PostgreSQL 13 or newer. Many hosts offer more "
	       "than one version.")};
}

static struct finding
look_at_rights(struct looking *l)
{
	if (l->look->facts.may)
		return (struct finding){
		    GOOD, N_("keywheel may make its tables."), NULL};
	if (l->look->facts.schema)
		return (struct finding){BAD,
		    N_("The schema keywheel is there and belongs to another "
		       "user of the database."),
		    N_("Use that user in DATABASE_URL.")};
	return (struct finding){BAD,
	    N_("The database's user may not make a schema."),
	    N_("Ask the host for the right CREATE on this database, or use "
	       "the user who owns the database.")};
}

static struct finding
look_at_master(struct looking *l)
{
	struct master_key key = {0};
	const char *why = NULL;
	const char *file = l->install->master_file;
	bool there = file_exists(file);
	if (!there && l->look->facts.used)
		return (struct finding){BAD,
		    N_("The database holds keys, and the master key that "
		       "opens them is missing."),
		    N_("Upload the file master.key from your backup. Without "
		       "it those keys are lost: then use an empty database.")};
	if (!there)
		return (struct finding){
		    GOOD, N_("A master key will be made."), NULL};
	bool good = crypt_load_master(file, &key, &why);
	crypt_forget_master(&key);
	if (good)
		return (struct finding){
		    GOOD, N_("The master key is there."), NULL};
	buf_str(&l->detail, why);
	return (struct finding){BAD, N_("The master key cannot be used."),
	    N_("Upload the file master.key from your backup again.")};
}

/* --- all of them ---------------------------------------------------------- */

static void
add(struct json_object *rows, const struct finding *found,
    const struct buf *detail)
{
	static const char *const levels[] = {"good", "warn", "bad"};
	struct json_object *row = json_object_new_object();
	json_set_bool(row, levels[found->level], true);
	json_set_text(row, "text", found->text);
	json_set_text(row, "hint", found->hint);
	if (detail->len > 0)
		json_set_text(row, "detail", buf_cstr(detail));
	json_object_array_add(rows, row);
}

struct json_object *
install_check(struct service *s, struct db *db, struct install_look *look)
{
	/* needs: makes sense only if the one before it went well. */
	static const struct {
		struct finding (*look)(struct looking *l);
		bool needs;
	} checks[] = {
	    {look_at_guard, false},
	    {look_at_folder, false},
	    {look_at_conf, false},
	    {look_at_mode, false},
	    {look_at_database, false},
	    {look_at_version, true},
	    {look_at_rights, true},
	    {look_at_master, true},
	};
	struct looking l = {
	    .s = s, .install = s->install, .db = db, .look = look};
	struct json_object *rows = json_object_new_array();
	bool last = true;
	*look = (struct install_look){.ok = true};
	buf_init(&l.detail, BUF_SMALL);
	for (size_t i = 0; i < COUNT_OF(checks); i++) {
		if (checks[i].needs && !last)
			continue;
		struct finding found = checks[i].look(&l);
		add(rows, &found, &l.detail);
		buf_reset(&l.detail);
		last = found.level != BAD;
		look->ok = look->ok && last;
	}
	buf_clear(&l.detail);
	return rows;
}

bool
install_is_tls(struct service *s)
{
	return text_same(web_variable(s->call, "HTTPS"), "on") ||
	    text_same(web_variable(s->call, "REQUEST_SCHEME"), "https") ||
	    text_same(web_header(s->call, "x-forwarded-proto"), "https");
}
