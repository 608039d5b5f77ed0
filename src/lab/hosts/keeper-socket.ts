// The name of the socket at which a lab's keeper takes orders.

/** In the lab's folder, which is the keeper's working directory: relative, since the path of a socket must be short. */
export const keeperSocket = 'keeper.sock';
