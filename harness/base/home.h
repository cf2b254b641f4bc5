/* The user's home folder. */
#ifndef HX_BASE_HOME_H
#define HX_BASE_HOME_H

/* $HOME, else what the user database says; NULL: there is none. Borrowed, until the next call of
 * getpwuid. */
const char *hx_home(void);

#endif
