/** Five replicas as those see them who watch them from outside. */
package org.rkv.monitoring;
