import { useFeastClient } from './feast-client';
import { DRIVER, useRides } from './rides-service';

const rides = useRides();
const feast = useFeastClient();
test('x', async () => {
  const url = () => rides.service.feastUrl;
  const show = (x: unknown) => console.log(JSON.stringify(x));
  show(
    await feast.sdk({
      url: url(),
      features: ['driver_stats:trips', 'driver_stats:least_fare'],
      entities: [{ driver_id: DRIVER }, { driver_id: 4040 }],
    }),
  );
  show(await feast.sdk({ url: url(), service: 'every_type', entities: { driver_id: [DRIVER] } }));
  show(
    await feast.sdk({
      url: url(),
      service: 'pricing',
      entities: { driver_id: [DRIVER], city: ['Zürich'] },
      options: { full_feature_names: true, include_feature_view_version_metadata: true },
    }),
  );
  show(await feast.sdk({ url: url(), features: ['nope:a'], entities: { driver_id: [DRIVER] } }));
  show(await feast.sdk({ url: url(), features: ['driver_stats:trips'], entities: { driver_id: ['x'] } }));
  show(
    await feast.grpc(rides.service.address, 'GetOnlineFeatures', {
      feature_service: 'every_type',
      entities: { driver_id: { val: [{ int64_val: DRIVER }, { int32_val: 4040 }] } },
    }),
  );
  show(await feast.grpc(rides.service.address, 'GetFeastServingInfo', {}));
  show(
    await feast.grpc(rides.service.address, 'GetOnlineFeatures', {
      features: { val: ['driver_stats:nope'] },
      entities: { driver_id: { val: [{ int64_val: DRIVER }, { int32_val: 4040 }] } },
    }),
  );
});
