/* The one-time secret of an installation, and the note of what was done. */
#ifndef KEYWHEEL_ADMIN_INSTALL_SECRET_H
#define KEYWHEEL_ADMIN_INSTALL_SECRET_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

struct install;

/* The file with the secret, in the folder; what Windows makes of a text. */
#define INSTALL_SECRET_FILE "install-secret.txt"
/* The file that says which version was installed and what was spent. */
#define INSTALL_DONE_FILE "installed"

enum install_secret {
	INSTALL_SECRET_NONE,
	INSTALL_SECRET_WEAK, /* shorter than 16 characters, or too uniform */
	INSTALL_SECRET_SPENT,
	INSTALL_SECRET_GOOD,
};

/* The secret, without blanks around it; appended only if it is good. */
enum install_secret install_secret_read(
    const struct install *install, struct buf *secret);

/* Is that it? Takes as long wherever they differ. */
bool install_secret_is(const struct buf *secret, const struct buf *given);

/* A proof, for a form, that the secret was given; good for an hour. */
void install_proof(const struct buf *secret, struct buf *out);
bool install_proof_is_good(const struct buf *secret, const char *proof);

/* Note that this version is installed and the secret is spent; then remove its
 * file, if that can be. False with the reason if it could not be noted. */
MUSTCHECK bool install_note_done(
    const struct install *install, const struct buf *secret, struct buf *why);

/* Append the path of a file in the folder. */
void install_path(
    const struct install *install, const char *name, struct buf *path);

#endif
