import ArgumentParser
import Yams
print("aura")
