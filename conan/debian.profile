# What tools/quickstart installs serves as the dependencies: Conan neither fetches nor builds them, and a program links
# those that the headers it includes need.
[settings]
compiler.cppstd=20
[platform_requires]
boost/1.81.0
openssl/3.0.0
isa-l/2.30.0
zstd/1.5.4
sqlite3/3.40.1
libseccomp/2.5.4
libmnl/1.0.4
libnftnl/1.2.4
