/// The kind of machine that the host runs on, as its firmware describes it.
enum Machine: Hashable, Sendable {
    /// A virtual machine whose hypervisor may filter MAC addresses, and the setting that lets them pass.
    case virtual(name: String, setting: String)
    /// A cloud whose network accepts only the MAC addresses that it assigned.
    case cloud(name: String)
    /// Hardware, or an unknown hypervisor.
    case other

    /// Reads the firmware's names (SMBIOS, dmi-sysfs) and the hypervisor's.
    init(_ files: HostFiles) {
        func field(_ name: String) -> String { files.text("/sys/class/dmi/id/\(name)") ?? "" }
        let (vendor, product) = (field("sys_vendor"), field("product_name"))
        // Clouds also have hypervisors, so they come first.
        if let cloud = Self.cloud(vendor, product, tag: field("chassis_asset_tag")) {
            self = .cloud(name: cloud)
        } else if let (name, setting) = Self.hypervisor(vendor, product) {
            self = .virtual(name: name, setting: setting)
        } else if files.text("/sys/hypervisor/type") == "xen" {
            self = .virtual(name: "Xen", setting: Self.xenSetting)
        } else {
            self = .other
        }
    }

    /// The tag is the one that all virtual machines of Azure have; vendor and product are those of Hyper-V.
    private static let azureTag = "7783-7084-3265-9085-8269-3286-77"

    private static func cloud(_ vendor: String, _ product: String, tag: String) -> String? {
        if tag == azureTag { return "Azure" }
        if tag == "OracleCloud.com" { return "Oracle Cloud" }
        if product == "Google Compute Engine" { return "Google Compute Engine" }
        let vendors = [
            "Amazon EC2": "Amazon EC2", "Hetzner": "Hetzner Cloud", "DigitalOcean": "DigitalOcean",
            "Alibaba Cloud": "Alibaba Cloud", "Vultr": "Vultr", "Linode": "Linode", "Akamai": "Linode",
            "Scaleway": "Scaleway", "UpCloud": "UpCloud",
        ]
        return vendors[vendor]
    }

    private static let xenSetting = "allow the MAC addresses in the VIF's lock or filter rules on the Xen host"

    private static func hypervisor(_ vendor: String, _ product: String) -> (name: String, setting: String)? {
        switch (vendor, product) {
        case ("VMware, Inc.", _):
            (
                "VMware",
                "in the security policy of the port group, set promiscuous mode (or MAC learning) and forged transmits "
                    + "to Accept"
            )
        case ("Microsoft Corporation", "Virtual Machine"):
            (
                "Hyper-V",
                "on the Hyper-V host: Set-VMNetworkAdapter -VMName NAME -MacAddressSpoofing On"
            )
        case (_, "VirtualBox"):
            ("VirtualBox", "VBoxManage modifyvm NAME --nicpromisc1 allow-all, with a bridged adapter")
        case ("QEMU", _), (_, "KVM"):
            (
                "QEMU/KVM",
                "in Proxmox VE, switch the MAC filter off in the VM's firewall options; in libvirt, use a bridge, or for "
                    + "a macvtap (direct) interface trustGuestRxFilters='yes', and no filterref that checks MAC addresses"
            )
        case ("OpenStack Foundation", _), (_, "OpenStack Nova"), (_, "OpenStack Compute"):
            (
                "OpenStack",
                "allow the addresses on the port: openstack port set --allowed-address PORT, or disable its port security"
            )
        case ("Xen", _): ("Xen", xenSetting)
        case ("Parallels Software International Inc.", _), ("Parallels International GmbH.", _):
            ("Parallels", "use a bridged network; Parallels has no setting for other MAC addresses on Wi-Fi")
        default: nil
        }
    }
}
