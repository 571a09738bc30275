-- How long the mark of the secret is kept, in the words of the other keys.
comment on table kernel.secret_mark is 'platform: Digest that tells whether the secret of the installation is the one it was set up with; sensitivity=none; retention=until replaced; msp=stays';
