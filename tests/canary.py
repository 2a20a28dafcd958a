CANARY = "sk-Canary-0123456789-ABCdefghijklmnopqrstuvwxyz"
