enum EmptyKernelUI {}
