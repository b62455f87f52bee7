/// A dummy: a link without a wire, which drops what is sent (drivers/net/dummy.c). It has no settings.
package enum DummyLink {
    package static let kindName = "dummy"
}
