/// A dummy: a link that is connected to nothing and throws away what is sent (drivers/net/dummy.c). It has no settings.
package enum DummyLink {
    package static let kindName = "dummy"
}
