/* Growing arrays of plain data, freed with free(items). */
#ifndef PVS_BASE_LIST_H
#define PVS_BASE_LIST_H

#include <stddef.h>
#include <stdint.h>

#define PVS_LIST(type)                                                                             \
  struct {                                                                                         \
    type *items;                                                                                   \
    uint32_t count, capacity;                                                                      \
  }

/* Makes room for one more item; NULL when out of memory. */
void *pvs_list_grow(void *items, uint32_t *count, uint32_t *capacity, size_t size);
#define PVS_LIST_ADD(list)                                                                         \
  ((list).count < (list).capacity ||                                                               \
           ((list).items = pvs_list_grow((list).items, &(list).count, &(list).capacity,            \
                                         sizeof *(list).items))                                    \
       ? &(list).items[(list).count++]                                                             \
       : NULL)

#endif
