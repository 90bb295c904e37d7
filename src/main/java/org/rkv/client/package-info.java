/** Finding a replica and calling it, for programs that use the store. */
package org.rkv.client;
